// A report as lanes: one an actor, its spans in rows, its marks, and when it moved.
import type { Report, ReportedActor } from "../../src/report/report.ts";
import { type Mark, marksOf } from "./marks.ts";
import { type LaidSpan, packSpans } from "./pack.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";

export interface Lane {
  readonly index: number;
  readonly actor: ReportedActor;
  /** Row by row, each in the sequence of time; nothing in a row overlaps. */
  readonly rows: readonly (readonly LaidSpan[])[];
  readonly marks: readonly Mark[];
  readonly stretches: readonly Stretch[];
}

/** In the report's sequence of actors. */
export function lanesOf(report: Report): readonly Lane[] {
  const spans = Map.groupBy(report.spans, ({ actor }) => actor);
  return report.actors.map((actor, index) => {
    const own = spans.get(actor.name) ?? [];
    const rows = packSpans(own, report.endMs);
    const moments = report.moments.filter((it) => it.actor === actor.name);
    const laid = rows.flat();
    return {
      index,
      actor,
      rows,
      marks: marksOf(report, actor.name),
      stretches: stretchesOf(actor, laid, moments, report.endMs),
    };
  });
}
