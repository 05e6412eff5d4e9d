// Processes whose agent is not let in.
import { createRequire } from "node:module";
import { expect } from "vitest";
import { type Ended, Script } from "./scripts.ts";

/** The path of the preload. */
export const register = createRequire(import.meta.url).resolve("spangate/register");
/** What loads it. */
export const preload = { NODE_OPTIONS: `--require ${JSON.stringify(register)}` };
// Well below the default of 10,000, so that it shows which of the two counted.
// Long enough for a busy machine to try once: only then is there a cause to tell.
export const patience = { SPANGATE_CONNECT_TIMEOUT_MS: "3000" };

/** Runs a command to its end, which comes in time. */
export async function run(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const since = performance.now();
  await using script = new Script(command, { REPORT_FILE: "/dev/null", ...env });
  const ended = await script.ended;
  expect(performance.now() - since).toBeLessThan(9_000);
  return ended;
}

/** The process has ended in front of its own first line, with one line that has these parts. */
export function expectOneLine({ exitCode, stdout, stderr }: Ended, ...parts: readonly string[]): void {
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^spangate: [^\n]+\n$/);
  for (const part of parts) expect(stderr).toContain(part);
}
