// Everything that can be selected, by its key, and what the arrow keys go to from there.
import type { Moment, Report } from "../../src/report/report.ts";
import type { Lane } from "./lanes.ts";
import type { LaidSpan } from "./pack.ts";

export type Key = string;

interface Place {
  readonly key: Key;
  readonly lane: number;
  /** The span's row, or -1 for the actor's own line above them. */
  readonly row: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export type Item = Place &
  (
    | { readonly type: "span"; readonly laid: LaidSpan }
    | { readonly type: "pause"; readonly laid: LaidSpan; readonly at: number }
    | { readonly type: "wait"; readonly laid: LaidSpan; readonly at: number }
    | { readonly type: "moment"; readonly moment: number }
  );

export interface Items {
  readonly byKey: ReadonlyMap<Key, Item>;
  /** A lane each, in the sequence of time. */
  readonly lanes: readonly (readonly Item[])[];
}

export const spanKey = (spanId: string): Key => `span ${spanId}`;
export const pauseKey = (spanId: string, at: number): Key => `pause ${spanId} ${at}`;
export const waitKey = (spanId: string, at: number): Key => `wait ${spanId} ${at}`;
export const momentKey = (moment: number): Key => `moment ${moment}`;

export function itemsOf(lanes: readonly Lane[], endMs: number): Items {
  const all = lanes.map((lane) =>
    [
      ...lane.marks.map((mark) => markItem(lane.index, mark)),
      ...lane.rows.flat().flatMap((it) => spanItems(it, lane.index, endMs)),
    ].sort((one, other) => one.fromMs - other.fromMs || one.row - other.row),
  );
  return { lanes: all, byKey: new Map(all.flat().map((item) => [item.key, item])) };
}

function markItem(lane: number, { moment, atMs }: { readonly moment: number; readonly atMs: number }): Item {
  return { type: "moment", key: momentKey(moment), lane, row: -1, fromMs: atMs, toMs: atMs, moment };
}

function spanItems(laid: LaidSpan, lane: number, endMs: number): readonly Item[] {
  const { span, row, fromMs, toMs } = laid;
  const place = { lane, row, laid };
  return [
    { ...place, type: "span", key: spanKey(span.spanId), fromMs, toMs },
    ...span.pauses.map((pause, at): Item => {
      const times = { fromMs: pause.fromMs, toMs: pause.toMs ?? endMs };
      return { ...place, ...times, type: "pause", key: pauseKey(span.spanId, at), at };
    }),
    ...span.waits.map((wait, at): Item => {
      const times = { fromMs: wait.fromMs, toMs: wait.toMs ?? toMs };
      return { ...place, ...times, type: "wait", key: waitKey(span.spanId, at), at };
    }),
  ];
}

/** What a moment is a part of: its pause, its wait, its span, or itself. */
export function keyOfMoment(report: Report, items: Items, index: number): Key {
  const moment = report.moments[index];
  const item = moment?.spanId ? items.byKey.get(spanKey(moment.spanId)) : undefined;
  if (!moment || item?.type !== "span") return momentKey(index);
  const { span } = item.laid;
  const part = partAt(moment, item.laid);
  return part ?? spanKey(span.spanId);
}

function partAt({ type, atMs }: Moment, { span }: LaidSpan): Key | undefined {
  const at = (found: number, key: (spanId: string, at: number) => Key) =>
    found < 0 ? undefined : key(span.spanId, found);
  switch (type) {
    case "held":
      return at(
        span.pauses.findIndex(({ fromMs }) => fromMs === atMs),
        pauseKey,
      );
    case "released":
    case "withdrawn":
      return at(
        span.pauses.findIndex(({ toMs }) => toMs === atMs),
        pauseKey,
      );
    case "blocked":
      return at(
        span.waits.findIndex(({ fromMs }) => fromMs === atMs),
        waitKey,
      );
    default:
      return undefined;
  }
}

export type Direction = "previous" | "next" | "up" | "down" | "first" | "last";

/** Along the lane in time, or to what stands nearest in the next row, of the next lane too. */
export function neighbour({ lanes }: Items, from: Item | undefined, direction: Direction): Item | undefined {
  if (!from) return lanes.find((lane) => lane.length > 0)?.[0];
  const lane = lanes[from.lane] ?? [];
  const at = lane.indexOf(from);
  switch (direction) {
    case "previous":
      return lane[at - 1];
    case "next":
      return lane[at + 1];
    case "first":
      return lane[0];
    case "last":
      return lane.at(-1);
    case "up":
      return beside(lanes, from, -1);
    case "down":
      return beside(lanes, from, 1);
  }
}

function beside(lanes: readonly (readonly Item[])[], from: Item, step: 1 | -1): Item | undefined {
  const lane = lanes[from.lane] ?? [];
  const rows = lane.filter(({ row }) => (step > 0 ? row > from.row : row < from.row)).map(({ row }) => row);
  if (rows.length > 0) return nearest(lane, step > 0 ? min(rows) : max(rows), from);
  for (let next = from.lane + step; next >= 0 && next < lanes.length; next += step) {
    const others = lanes[next] ?? [];
    const all = others.map(({ row }) => row);
    if (all.length > 0) return nearest(others, step > 0 ? min(all) : max(all), from);
  }
  return undefined;
}

function nearest(lane: readonly Item[], row: number, { fromMs, toMs }: Item): Item | undefined {
  const distance = (item: Item) => Math.max(0, item.fromMs - toMs, fromMs - item.toMs);
  let best: Item | undefined;
  for (const item of lane) {
    if (item.row === row && (!best || distance(item) < distance(best))) best = item;
  }
  return best;
}

function min(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.min(one, other));
}

function max(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.max(one, other));
}
