// What became of the run, in a line.
import type { Report, ReportedCheckpoint } from "../../src/report/report.ts";

export interface Verdict {
  readonly type: "passed" | "failed" | "open";
  /** The error's code. */
  readonly code: string | null;
  readonly line: string;
  /** The rest of the story, where there is more than a line. */
  readonly story: string | null;
}

export function verdictOf({ failure, order, actors }: Report): Verdict {
  if (failure) {
    const [line = "", ...rest] = failure.message.split("\n");
    return { type: "failed", code: failure.code, line, story: rest.length > 0 ? rest.join("\n") : null };
  }
  const verdict = (type: Verdict["type"], line: string): Verdict => ({ type, code: null, line, story: null });
  const reached = order.filter((it) => it.reached === true).length;
  const missing = order.filter((it) => it.reached === false).length;
  if (order.some((it) => it.reached === null)) {
    return verdict("open", `${reached} of ${order.length} checkpoints reached so far`);
  }
  const broken = actors.filter((it) => it.error !== null).map(({ name }) => name);
  const ends = broken.length > 0 ? `; ${broken.join(", ")} ended with an error` : "";
  if (order.length === 0) return verdict("passed", `No checkpoint was listed${ends}`);
  if (missing > 0) return verdict("passed", `Every checkpoint was reached but ${missing} that need not be${ends}`);
  return verdict("passed", `Every checkpoint was reached${ends}`);
}

export interface Outcome {
  readonly state: "pending" | "failed" | "reached" | "missed";
  readonly sign: string;
  readonly text: string;
}

/** In words, and as a sign. */
export function outcomeOf({ failure, order }: Report, { step, actor, reached }: ReportedCheckpoint): Outcome {
  if (reached === true) return { state: "reached", sign: "✓", text: "reached" };
  if (reached === false) return { state: "missed", sign: "○", text: "not reached" };
  const here = order.find((it) => it.reached === null)?.step;
  const isItsFault = failure !== null && (failure.actor === null || failure.actor === actor);
  if (step === here && isItsFault) return { state: "failed", sign: "✕", text: "the run failed here" };
  return { state: "pending", sign: "·", text: "not come to" };
}
