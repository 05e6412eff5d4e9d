// The listing of `spangate spans`, as a reader uses it: blocks of names, and lines to paste.
import { Checkpoint, type Starter } from "spangate";

/** A line of code of the listing. */
export interface Listed {
  readonly service: string;
  /** Such as `GET → GET /u/:id`. */
  readonly title: string;
  readonly phase: "before" | "after";
  readonly code: string;
}

/** @param listing what the command wrote for people */
export function listedIn(listing: string): readonly Listed[] {
  let [service, title] = ["", ""];
  return listing.split("\n").flatMap((line) => {
    const [, heading] = /^(\S.*)$/.exec(line) ?? [];
    const [, name] = /^ {2}(\S.*?) {2}\[.*\]$/.exec(line) ?? [];
    const [, code, phase] = /^ {4}(alice\.(before|after)\(.*\))$/.exec(line) ?? [];
    if (heading) service = heading;
    if (name) title = name;
    return code ? [{ service, title, code, phase: phase as Listed["phase"] }] : [];
  });
}

/** Pastes a line for a starter that may have another name. */
export function paste(code: string, starter: Pick<Starter<string, unknown>, "before" | "after">): Checkpoint {
  const made: unknown = new Function("alice", `return ${code}`)(starter);
  if (!(made instanceof Checkpoint)) throw new Error(`No checkpoint: ${code}`);
  return made;
}
