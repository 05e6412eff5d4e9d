// Looks whether what is expected is so, and tells each.

import { EnvironmentError } from "../../core/errors.js";
import type { ProcessResult } from "../../runner/process-starter.js";
import type { Outcomes } from "../../runner/runner.js";
import type { Starter } from "../../runner/starter.js";
import { describeValue } from "../check/describe.js";
import { reasonOf } from "../databases/database.js";
import type { Path } from "../file/tree.js";
import type { HttpExpectation, Look, SqlExpectation, StarterExpectation } from "../model.js";
import { type Difference, differencesOf } from "./difference.js";
import type { ExpectationEvent } from "./events.js";
import { type Answer, callHttp, describeCall, differencesOfAnswer } from "./http.js";
import { differencesOfRows } from "./rows.js";
import type { Stage } from "./stage.js";
import { differencesOfText } from "./texts.js";

type Outcome = Outcomes<readonly Starter[]>[string];

/** Asks a database or a service. @param path the expectation's in the file */
export async function look(stage: Stage, template: Look, path: Path): Promise<ExpectationEvent> {
  const expectation = stage.fill(template);
  const what = oneLine("sql" in expectation ? expectation.sql : describeCall(expectation.http));
  return await told(stage, path, what, () =>
    "sql" in expectation ? askDatabase(stage, expectation) : askService(stage, expectation),
  );
}

/** Looks at how a starter has ended. */
export async function lookAtStarter(
  stage: Stage,
  template: StarterExpectation,
  path: Path,
  outcome: Outcome | undefined,
): Promise<ExpectationEvent> {
  const expectation = stage.fill(template);
  const { starter, exact: _, ...wanted } = expectation;
  const what = `${starter}: ${Object.entries(wanted).map(describeWanted).join(", ")}`;
  return await told(stage, path, what, async () => {
    if (!outcome) throw new Error("it has not begun.");
    if (outcome.status === "rejected") throw outcome.reason;
    const result = outcome.value as Answer | ProcessResult;
    if ("status" in result) return differencesOfAnswer(expectation, result);
    return differencesOfProcess(expectation, result);
  });
}

async function told(
  stage: Stage,
  path: Path,
  what: string,
  compare: () => Promise<readonly Difference[]>,
): Promise<ExpectationEvent> {
  const place = stage.placeOf(...path);
  try {
    const differences = await stage.until(compare());
    return { type: "expectation", place, what, met: differences.length === 0, differences, error: undefined };
  } catch (error) {
    // No answer is no difference.
    if (stage.signal.aborted || isLost(error)) throw error;
    return { type: "expectation", place, what, met: false, differences: [], error: causeOf(error) };
  }
}

function isLost(error: unknown): boolean {
  return error instanceof EnvironmentError && error.code === "DatabaseFailed";
}

async function askDatabase(stage: Stage, expectation: SqlExpectation): Promise<readonly Difference[]> {
  const table = await stage.database(expectation.database).query(expectation.sql, stage.limitMs);
  if (!table) throw new Error("the statement gives no rows. Expect something of one that does, such as SELECT.");
  return differencesOfRows(expectation, table);
}

async function askService({ limitMs }: Stage, expectation: HttpExpectation): Promise<readonly Difference[]> {
  const answer = await callHttp(expectation.http, AbortSignal.timeout(limitMs)).catch((error: Error) => {
    const late = `no answer within ${limitMs} ms. Does it need what an actor has that stands still?`;
    throw error.name === "TimeoutError" ? new Error(late) : error;
  });
  return differencesOfAnswer(expectation, answer);
}

function differencesOfProcess(expected: StarterExpectation, result: ProcessResult): readonly Difference[] {
  const { exitCode, stdout, stderr } = expected;
  return [
    ...(exitCode === undefined ? [] : differencesOf("exitCode", exitCode, result.exitCode ?? result.signal, true)),
    ...(stdout === undefined ? [] : differencesOfText("stdout", stdout, result.stdout)),
    ...(stderr === undefined ? [] : differencesOfText("stderr", stderr, result.stderr)),
  ];
}

function describeWanted([key, value]: readonly [string, unknown]): string {
  return typeof value === "object" && value !== null ? key : `${key} ${describeValue(value)}`;
}

/** fetch's own message says nothing. */
function causeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof Error ? `${reasonOf(error)}: ${reasonOf(cause)}` : reasonOf(error);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
