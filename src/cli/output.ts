// How commands write: JSON for programs, text for people.
import { Option } from "commander";

export function jsonOption(what: string): Option {
  return new Option("--json", what);
}

/** One value a line, so that a reader can take one at a time. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** A word as a POSIX shell reads it. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
