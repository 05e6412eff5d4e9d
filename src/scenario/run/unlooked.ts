// Ends of starters that nobody has expected and that would make a green test of nothing: both requests failed, so no
// update was lost.

import { lastLines } from "../../runner/last-lines.js";
import type { ProcessResult } from "../../runner/process-starter.js";
import type { Outcomes } from "../../runner/runner.js";
import type { Starter } from "../../runner/starter.js";
import type { Expectation } from "../model.js";
import type { ExpectationEvent } from "./events.js";
import type { Answer } from "./http.js";

/** @returns what is told of such ends, as expectations that are not met */
export function unlookedEnds(
  expectations: readonly Expectation[],
  outcomes: Outcomes<readonly Starter[]>,
): readonly ExpectationEvent[] {
  return Object.entries(outcomes).flatMap(([name, outcome]) => {
    const own = expectations.filter((it) => "starter" in it && it.starter === name);
    const expects = (key: string) => own.some((it) => Object.hasOwn(it, key));
    const error =
      outcome.status === "rejected"
        ? own.length > 0
          ? undefined
          : describe(outcome.reason)
        : faultOf(outcome.value, expects);
    if (error === undefined) return [];
    return [{ type: "expectation", place: undefined, what: name, met: false, differences: [], error } as const];
  });
}

function faultOf(value: unknown, expects: (key: string) => boolean): string | undefined {
  const result = value as Answer | ProcessResult | undefined;
  if (result === undefined) return undefined;
  if ("status" in result) {
    if (result.status < 500 || expects("status")) return undefined;
    return `it was answered with ${result.status}: ${clip(result.body)}\nIf that is meant, expect its status.`;
  }
  if (result.exitCode === 0 || expects("exitCode")) return undefined;
  const tail = clip(lastLines(result.stderr, 5).join("\n"));
  return `it ended with ${result.signal ?? `exit code ${result.exitCode}`}${tail === "" ? "" : `:\n${tail}`}\nIf that is meant, expect its exitCode.`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function clip(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
