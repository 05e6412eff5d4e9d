// Where a moment stands on the axis. Units of the axis are milliseconds, but for breaks, where a long stretch takes up
// little room: those in which nobody moves, and, less so, those in which nothing is told of those who do.
import type { Interval } from "./intervals.ts";
import { subtract, union } from "./intervals.ts";
import type { Lane } from "./lanes.ts";

export interface TimeAxis {
  /** In units. */
  readonly length: number;
  readonly breaks: readonly Break[];
  readonly toUnits: (ms: number) => number;
  readonly toMs: (units: number) => number;
}

export interface Break extends Interval {
  /** Nobody moved. */
  readonly idle: boolean;
}

/** Room for a break: this part of the axis, or as many times as much where somebody moves. */
const idlePart = 1 / 40;
const quietTimes = 3;
/** A stretch that is hardly longer than its break would be stays as it is. */
const worthwhile = 2;
/** No clock tells less apart. */
const leastMs = 0.001;

interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: number;
  readonly to: number;
}

/** Every millisecond takes up the same room. */
export function linearAxis(endMs: number): TimeAxis {
  const length = Math.max(endMs, leastMs);
  return axisOf([{ fromMs: 0, toMs: length, from: 0, to: length }], []);
}

/** Long stretches without an event are broken. */
export function compressedAxis(lanes: readonly Lane[], events: readonly number[], endMs: number): TimeAxis {
  const times = [...new Set([0, ...events.filter((it) => it > 0 && it < endMs), endMs])].sort((a, b) => a - b);
  const moving = union(lanes.flatMap(({ stretches }) => stretches.filter(({ state }) => state === "moves")));
  const gaps = gapsOf(times, moving);
  const room = roomOf(gaps);
  const pieces: Piece[] = [];
  const breaks: Break[] = [];
  let at = 0;
  for (const { fromMs, toMs, idle } of gaps) {
    const most = idle ? room : room * quietTimes;
    const broken = toMs - fromMs > most * worthwhile;
    const length = broken ? most : toMs - fromMs;
    if (broken) breaks.push({ fromMs, toMs, idle });
    pieces.push({ fromMs, toMs, from: at, to: at + length });
    at += length;
  }
  return endMs > leastMs ? axisOf(pieces, breaks) : linearAxis(endMs);
}

function gapsOf(times: readonly number[], moving: readonly Interval[]): readonly Break[] {
  const gaps = times.slice(1).map((toMs, at) => ({ fromMs: times[at] ?? 0, toMs }));
  const still = subtract(gaps, moving);
  const stillFrom = new Map(still.map((it) => [it.fromMs, it.toMs]));
  return gaps.map((gap) => ({ ...gap, idle: stillFrom.get(gap.fromMs) === gap.toMs }));
}

/**
 * The most that a break may take up, which is a part of the axis that comes of it: found by going there. What is no
 * longer than most gaps are is not broken: where little is told there is nothing to make room for.
 */
function roomOf(gaps: readonly Break[]): number {
  const lengths = gaps.map(({ fromMs, toMs }) => toMs - fromMs).sort((one, other) => one - other);
  const usual = lengths[lengths.length >> 1] ?? 0;
  let room = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) * idlePart;
  for (let round = 0; round < 60; round++) {
    const length = gaps.reduce(
      (sum, { fromMs, toMs, idle }) => sum + Math.min(toMs - fromMs, idle ? room : room * quietTimes),
      0,
    );
    room = length * idlePart;
  }
  return Math.max(room, usual, leastMs);
}

function axisOf(pieces: readonly Piece[], breaks: readonly Break[]): TimeAxis {
  const length = pieces.at(-1)?.to ?? 0;
  const map = (value: number, from: "from" | "fromMs", to: "from" | "fromMs"): number => {
    const ends = { from: "to", fromMs: "toMs" } as const;
    let [low, high] = [0, pieces.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pieces[middle]?.[ends[from]] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    const piece = pieces[low];
    if (!piece) return value;
    const part = (value - piece[from]) / (piece[ends[from]] - piece[from] || 1);
    return piece[to] + part * (piece[ends[to]] - piece[to]);
  };
  return {
    length,
    breaks,
    toUnits: (ms) => map(ms, "fromMs", "from"),
    toMs: (units) => map(units, "from", "fromMs"),
  };
}
