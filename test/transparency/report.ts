// Tells the results of modes, and what differs: OpenTelemetry's part from no OpenTelemetry, spangate's from OpenTelemetry.
import type { Told } from "./modes.ts";
import type { Result, Results } from "./results.ts";

const errorLines = 12;

export function tellCounts(mode: string, results: Results, told: Told, tookMs: number): void {
  const passed = [...results.values()].filter((result) => result.passed).length;
  const agents = told ? `; ${told.agents} agents, ${told.held} held and released, ${told.passed} passed` : "";
  console.log(
    `${mode.padEnd(14)} ${passed} passed, ${results.size - passed} failed, ${(tookMs / 1_000).toFixed(0)} s${agents}`,
  );
  for (const [reason, count] of told?.refused ?? []) console.log(`  ${count} refused: ${reason}`);
}

export function tellDifferences(all: ReadonlyMap<string, Results>): void {
  const plain = all.get("plain");
  const opentelemetry = all.get("opentelemetry");
  for (const [mode, results] of all) {
    if (mode === "opentelemetry" && plain) compare("plain", plain, mode, results);
    else if (mode !== "plain" && opentelemetry) compare("opentelemetry", opentelemetry, mode, results);
    else if (mode !== "plain" && plain) compare("plain", plain, mode, results);
  }
}

function compare(base: string, expected: Results, mode: string, results: Results): void {
  const titles = [...new Set([...expected.keys(), ...results.keys()])];
  const different = titles.filter((title) => say(expected.get(title)) !== say(results.get(title)));
  console.log(`\n${mode} against ${base}: ${different.length} different`);
  for (const title of different) {
    console.log(`- ${title}: ${say(expected.get(title))} → ${say(results.get(title))}`);
    const error = results.get(title)?.error?.split("\n").slice(0, errorLines).join("\n");
    if (error) console.log(error.replace(/^/gm, "    "));
  }
}

function say(result: Result | undefined): string {
  return result ? (result.passed ? "passed" : "failed") : "missing";
}
