// What happened to an actor as a whole: points of time on its lane.
import type { Moment, Report } from "../../src/report/report.ts";

export type MarkType = "begin" | "ended" | "released" | "drained" | "stalled";

export interface Mark {
  /** The place of its moment in the report. */
  readonly moment: number;
  readonly type: MarkType;
  readonly atMs: number;
  readonly text: string;
}

const types: ReadonlySet<Moment["type"]> = new Set<MarkType>(["begin", "ended", "released", "drained", "stalled"]);

/** Oldest first. */
export function marksOf({ moments }: Report, actor: string): readonly Mark[] {
  return moments.flatMap(({ type, atMs, text, actor: whose }, moment) =>
    whose === actor && isMark(type) ? [{ moment, type, atMs, text }] : [],
  );
}

function isMark(type: Moment["type"]): type is MarkType {
  return types.has(type);
}
