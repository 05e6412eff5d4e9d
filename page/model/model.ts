// Everything that the page derives from a report, once.
import type { Report } from "../../src/report/report.ts";
import { type Items, itemsOf, type Key, keyOfMoment } from "./items.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import { compressedAxis, linearAxis, type TimeAxis } from "./time-axis.ts";

export interface Model {
  readonly report: Report;
  readonly lanes: readonly Lane[];
  readonly items: Items;
  /** What each moment is a part of. */
  readonly momentKeys: readonly Key[];
  /** Services in the sequence of their first spans; their place is their colour. */
  readonly services: readonly string[];
  readonly axes: { readonly compressed: TimeAxis; readonly linear: TimeAxis };
}

export function modelOf(report: Report): Model {
  const lanes = lanesOf(report);
  const items = itemsOf(lanes, report.endMs);
  return {
    report,
    lanes,
    items,
    momentKeys: report.moments.map((_, index) => keyOfMoment(report, items, index)),
    services: [...new Set(report.spans.map(({ service }) => service))],
    axes: { compressed: compressedAxis(lanes, eventsOf(report), report.endMs), linear: linearAxis(report.endMs) },
  };
}

function eventsOf({ moments, spans, order }: Report): readonly number[] {
  const times = [
    ...moments.map(({ atMs }) => atMs),
    ...order.map(({ atMs }) => atMs),
    ...spans.flatMap(({ startMs, endMs, pauses, waits }) => [
      ...[startMs, endMs],
      ...[...pauses, ...waits].flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    ]),
  ];
  return times.filter((it) => it !== null);
}
