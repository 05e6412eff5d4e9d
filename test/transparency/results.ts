// The results of a part of a suite, by the tests' titles.
import type { Part } from "./suites.ts";

export interface Result {
  readonly passed: boolean;
  readonly error?: string | undefined;
}

export type Results = Map<string, Result>;

/**
 * @param lines what a reporter has written
 * @param output what the process has written
 */
export function resultsOf(part: Part, lines: string, output: string, exitCode: number | null): Results {
  const results: Results = new Map();
  const prefix = part.prefix === undefined ? "" : `${part.prefix} › `;
  const add = (title: string, result: Result) => {
    // Several tests may bear one title.
    let unique = prefix + title;
    for (let at = 2; results.has(unique); at += 1) unique = `${prefix}${title} (${at})`;
    results.set(unique, result);
  };
  if (part.tellsByOutput) {
    for (const [, title] of output.matchAll(/^ {2}(\S.*) ✔$/gm)) add(String(title), { passed: true });
  }
  for (const line of lines.split("\n").filter(Boolean)) {
    const { title, ...result } = JSON.parse(line) as Result & { title: string };
    add(title, result);
  }
  // A process that crashes or hangs fails in no test. Mocha's exit code is the number of failed tests.
  const isTold = [...results.values()].some(({ passed }) => !passed);
  add("the process", {
    passed: isTold || exitCode === 0,
    error: exitCode === 0 ? undefined : `exit code ${exitCode}\n${output.slice(-3_000)}`,
  });
  return results;
}
