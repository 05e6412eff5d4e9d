// Where lanes and rows stand from the top, in pixels.
import type { Lane } from "./lanes.ts";

export const rowHeight = 26;
export const stripHeight = 26;
const gap = 10;
const leastHeight = 44;
/** In a narrow window an actor's name stands above its lane, not beside it. */
const nameHeight = 22;

export interface Geometry {
  readonly height: number;
  readonly lanes: readonly LaneGeometry[];
}

export interface LaneGeometry {
  readonly top: number;
  readonly height: number;
  /** Of the actor's own line, from the lane's top. */
  readonly strip: number;
  /** Of the first row, from the lane's top. */
  readonly rows: number;
}

export function geometryOf(lanes: readonly Lane[], narrow: boolean): Geometry {
  let top = 0;
  const all = lanes.map(({ rows }) => {
    const strip = narrow ? nameHeight : 0;
    const height = Math.max(leastHeight, strip + stripHeight + rows.length * rowHeight + gap);
    const lane = { top, height, strip, rows: strip + stripHeight };
    top += height;
    return lane;
  });
  return { height: top, lanes: all };
}

/** The top of a row, or of the actor's own line for -1. */
export function topOf({ lanes }: Geometry, lane: number, row: number): number {
  const it = lanes[lane];
  if (!it) return 0;
  return it.top + (row < 0 ? it.strip : it.rows + row * rowHeight);
}
