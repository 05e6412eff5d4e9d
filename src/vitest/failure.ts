// What is told of a failed test's runs. It may never hide the test's own error.
import { inspect } from "node:util";
import type { TestContext } from "vitest";
import type { Interleaving } from "../report/interleaving.js";
import { writePages } from "./pages.js";

/** What is printed of a failed test, whose runs' pages are written to the folder; nothing of one without runs. */
export function describeRuns(
  test: TestContext["task"],
  interleavings: readonly Interleaving[],
  folder: string,
): string | undefined {
  const last = interleavings.at(-1);
  if (!last) return undefined;
  const whose = test.concurrent ? ", which may be another test's that ran at the same time" : "";
  const lanes = inspect(last, { colors: hasColors() });
  return `The interleaving of the last run${whose}:\n${lanes}\n${describePages(test, interleavings, folder)}`;
}

function describePages(...of: Parameters<typeof writePages>): string {
  try {
    const pages = writePages(...of);
    return pages.length === 1 ? `Its page: ${pages[0]}` : ["Pages of its runs:", ...pages].join("\n  ");
  } catch (error) {
    return `Its page could not be written: ${String(error)}`;
  }
}

// A worker has no terminal. Vitest tells it in FORCE_TTY whether the main process has one.
function hasColors({ NO_COLOR, FORCE_COLOR, FORCE_TTY } = process.env): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return FORCE_TTY === "true";
}
