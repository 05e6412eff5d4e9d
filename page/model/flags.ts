// The order's checkpoints on the axis: a flag where each was returned, one for several that would cover one another.
import type { ReportedCheckpoint } from "../../src/report/report.ts";
import { type Frame, xOf } from "./draw.ts";

export interface Flag {
  readonly x: number;
  /** In the sequence of time. */
  readonly checkpoints: readonly ReportedCheckpoint[];
}

/** A flag's width, and that of one for several. */
const least = 20;
const leastForSeveral = 42;

export function flagsOf(order: readonly ReportedCheckpoint[], frame: Frame): readonly Flag[] {
  const returned = order
    .flatMap((checkpoint) => (checkpoint.atMs === null ? [] : [{ checkpoint, x: xOf(checkpoint.atMs, frame) }]))
    .filter(({ x }) => x >= 0 && x <= frame.width);
  const flags: { x: number; checkpoints: ReportedCheckpoint[] }[] = [];
  for (const { checkpoint, x } of returned.sort((one, other) => one.x - other.x)) {
    const last = flags.at(-1);
    if (last && x - last.x < (last.checkpoints.length > 1 ? leastForSeveral : least)) last.checkpoints.push(checkpoint);
    else flags.push({ x, checkpoints: [checkpoint] });
  }
  return flags;
}

/** Such as `3`, or `3–5` for several. */
export function flagText({ checkpoints }: Flag): string {
  const [first, last] = [checkpoints[0], checkpoints.at(-1)];
  if (!first || !last) return "";
  return first === last ? `${first.index + 1}` : `${first.index + 1}–${last.index + 1}`;
}
