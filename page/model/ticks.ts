// The times that are written on the axis.
import { tickText } from "./format.ts";
import type { TimeAxis } from "./time-axis.ts";
import type { View } from "./view.ts";

export interface Tick {
  readonly atMs: number;
  /** From the left, in pixels. */
  readonly x: number;
  readonly text: string;
}

/** Room for a tick and its text, in pixels. */
const apart = 72;
const textWidth = 52;

/** Round times, none inside a break and none too close to another. */
export function ticksOf(axis: TimeAxis, view: View, width: number): readonly Tick[] {
  const perUnit = width / (view.to - view.from);
  const step = roundUp(apart / perUnit);
  const ticks: Tick[] = [];
  const visible = { from: Math.max(0, view.from), to: Math.min(axis.length, view.to) };
  const edges = [visible.from];
  for (const { fromMs, toMs } of axis.breaks) edges.push(axis.toUnits(fromMs), axis.toUnits(toMs));
  edges.push(visible.to);
  let lastX = Number.NEGATIVE_INFINITY;
  for (let at = 0; at + 1 < edges.length; at += 2) {
    const from = Math.max(edges[at] ?? 0, visible.from);
    const to = Math.min(edges[at + 1] ?? 0, visible.to);
    if (to < from) continue;
    const [fromMs, toMs] = [axis.toMs(from), axis.toMs(to)];
    const end = (to - view.from) * perUnit;
    for (let count = Math.ceil(fromMs / step); count * step <= toMs; count++) {
      const atMs = count * step;
      const x = (axis.toUnits(atMs) - view.from) * perUnit;
      if (x - lastX < apart * 0.6 || (end - x < textWidth && to !== axis.length)) continue;
      ticks.push({ atMs, x, text: tickText(atMs, step) });
      lastX = x;
    }
    // Between two breaks there may be no round time.
    const x = (from - view.from) * perUnit;
    if (lastX < x && end - x >= textWidth) ticks.push({ atMs: fromMs, x, text: tickText(fromMs, Math.min(step, 0.1)) });
  }
  return ticks;
}

/** 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((it) => it * power >= value) ?? 10);
}
