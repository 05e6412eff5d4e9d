// What of a row is to be seen, in pixels from the left of the window. Spans that are too small to be told apart are
// drawn as one, so that there are never more pieces than the window has room for.
import type { LaidSpan } from "./pack.ts";
import type { TimeAxis } from "./time-axis.ts";
import type { View } from "./view.ts";

export interface Frame {
  readonly axis: TimeAxis;
  readonly view: View;
  /** In pixels. */
  readonly width: number;
}

export interface Box {
  readonly x: number;
  readonly width: number;
}

export interface Block extends Box {
  readonly type: "pause" | "wait";
  /** Its place among the span's pauses, or its waits. */
  readonly at: number;
}

export interface Bar extends Box {
  readonly type: "bar";
  readonly laid: LaidSpan;
  /** Pauses and waits, those behind the bar too. */
  readonly blocks: readonly Block[];
  /** Where its label has room: inside, or behind it. */
  readonly label: (Box & { readonly place: "inside" | "over" | "behind" }) | null;
}

export interface Cluster extends Box {
  readonly type: "cluster";
  readonly first: LaidSpan;
  readonly last: LaidSpan;
  readonly count: number;
}

export type Piece = Bar | Cluster;

/** Narrower spans that stand close together become one. */
const tiny = 4;
const close = 2;
const leastInside = 34;
const leastBehind = 46;
/** Of the number of a pause's checkpoint, which stands in front of everything else. */
const numberWidth = 19;
/** What lies outside of the window is cut off here, so that no browser has to draw a kilometre. */
const margin = 40;

/** From left to right. The span with the id `apart` is a bar of its own, over whatever else is there. */
export function drawRow(
  row: readonly LaidSpan[],
  frame: Frame,
  endMs: number,
  apart: string | null = null,
): readonly Piece[] {
  const pieces: Piece[] = [];
  const over: Piece[] = [];
  for (let at = firstVisible(row, frame); at < row.length; at++) {
    const laid = row[at];
    if (!laid || xOf(laid.fromMs, frame) > frame.width + margin) break;
    if (laid.span.spanId === apart) {
      over.push(barOf(laid, frame, endMs, Number.NEGATIVE_INFINITY));
      continue;
    }
    const left = xOf(laid.fromMs, frame);
    const last = pieces.at(-1);
    const isTiny = xOf(laid.reachMs, frame) - left < tiny;
    if (last && isTiny && left - (last.x + last.width) < close && isSmall(last)) {
      const right = Math.max(last.x + last.width, xOf(laid.reachMs, frame));
      const first = last.type === "cluster" ? last.first : last.laid;
      const count = last.type === "cluster" ? last.count + 1 : 2;
      pieces[pieces.length - 1] = { type: "cluster", x: last.x, width: right - last.x, first, last: laid, count };
    } else pieces.push(barOf(laid, frame, endMs, last ? last.x + last.width : Number.NEGATIVE_INFINITY));
  }
  const all = [...pieces, ...over].sort((one, other) => one.x - other.x);
  return all.map((piece, at) => (piece.type === "bar" ? labelled(piece, all[at + 1], frame) : piece));
}

/** Where a moment stands. */
export function xOf(ms: number, { axis, view, width }: Frame): number {
  return ((axis.toUnits(ms) - view.from) / (view.to - view.from)) * width;
}

function firstVisible(row: readonly LaidSpan[], frame: Frame): number {
  let [low, high] = [0, row.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xOf(row[middle]?.reachMs ?? 0, frame) < -margin) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSmall(piece: Piece): boolean {
  return piece.type === "cluster" || (piece.width < tiny && piece.blocks.length === 0);
}

function barOf(laid: LaidSpan, frame: Frame, endMs: number, after: number): Bar {
  const { span, fromMs, toMs } = laid;
  const cut = (from: number, to: number, least: number): Box => {
    const x = Math.max(xOf(from, frame), -margin, after);
    return { x, width: Math.max(Math.min(xOf(to, frame), frame.width + margin) - x, least) };
  };
  const pauses = span.pauses.map((it, at) => ({
    type: "pause" as const,
    at,
    fromMs: it.fromMs,
    toMs: it.toMs ?? endMs,
  }));
  const waits = span.waits.map((it, at) => ({ type: "wait" as const, at, fromMs: it.fromMs, toMs: it.toMs ?? toMs }));
  const bar = cut(fromMs, toMs, 3);
  const blocks = [...pauses, ...waits]
    .map(({ type, at, ...it }): Block => {
      const box = cut(it.fromMs, it.toMs, 0);
      // The least width of the bar must not hide where a pause behind it begins.
      const x = it.fromMs >= toMs ? Math.max(box.x, bar.x + bar.width) : box.x;
      return { type, at, x, width: Math.max(box.width - (x - box.x), 2) };
    })
    .filter(({ x, width }) => x + width > -margin && x < frame.width + margin);
  return { type: "bar", laid, ...bar, blocks, label: null };
}

function labelled(bar: Bar, next: Piece | undefined, frame: Frame): Bar {
  const inside = bar.blocks.filter(({ x }) => x < bar.x + bar.width);
  const room = widest(freeOf(bar, inside, frame));
  if (room && room.width >= leastInside) return { ...bar, label: { ...room, place: "inside" } };
  const over = widest(visible(inside, frame));
  if (over && over.width >= leastInside * 2) {
    const numbered = inside.some(({ type, x, width }) => type === "pause" && over.x >= x && over.x < x + width);
    const left = numbered ? numberWidth : 0;
    return { ...bar, label: { x: over.x + left, width: over.width - left, place: "over" } };
  }
  const right = Math.max(bar.x + bar.width, ...bar.blocks.map(({ x, width }) => x + width));
  const end = Math.min(next?.x ?? frame.width, frame.width);
  if (right < 0 || end - right < leastBehind) return bar;
  return { ...bar, label: { x: right, width: end - right - 2, place: "behind" } };
}

function freeOf(bar: Bar, blocks: readonly Block[], frame: Frame): readonly Box[] {
  const free: Box[] = [];
  let x = bar.x;
  for (const block of blocks.toSorted((one, other) => one.x - other.x)) {
    if (block.x > x) free.push({ x, width: block.x - x });
    x = Math.max(x, block.x + block.width);
  }
  free.push({ x, width: bar.x + bar.width - x });
  return visible(free, frame);
}

function visible(boxes: readonly Box[], { width }: Frame): readonly Box[] {
  return boxes.map((box) => {
    const x = Math.max(box.x, 0);
    return { x, width: Math.min(box.x + box.width, width) - x };
  });
}

function widest(boxes: readonly Box[]): Box | undefined {
  return boxes.reduce<Box | undefined>((best, box) => (!best || box.width > best.width ? box : best), undefined);
}
