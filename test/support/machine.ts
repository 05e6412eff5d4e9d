// The three-phase machine as a process starter, and what it has done so far.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Gateway, ProcessResult, Starter } from "spangate";

const script = fileURLToPath(new URL("../fixtures/three-phases.js", import.meta.url));

export interface Machine<Name extends string> {
  readonly starter: Starter<Name, ProcessResult>;
  /** The numbers of the phases that are done, such as "12". */
  readonly steps: string;
}

export function machine<const Name extends string>(gateway: Gateway, name: Name): Machine<Name> {
  const file = join(mkdtempSync(join(tmpdir(), "spangate-machine-")), "steps");
  return {
    starter: gateway.starter.process(name, ["node", script, file]),
    get steps() {
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    },
  };
}
