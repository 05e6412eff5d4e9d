// Who waits for whom: a line from the call that waits to what its owner is in at that moment.
import { type Geometry, rowHeight, stripHeight, topOf } from "./geometry.ts";
import { type Key, waitKey } from "./items.ts";
import type { Lane } from "./lanes.ts";

export interface Connector {
  /** The wait's. */
  readonly key: Key;
  readonly fromMs: number;
  readonly toMs: number;
  /** In the middle of the call's row. */
  readonly waiterY: number;
  /** In the middle of the row in which the owner stands. */
  readonly ownerY: number;
}

export function connectorsOf(lanes: readonly Lane[], geometry: Geometry): readonly Connector[] {
  return lanes.flatMap((lane) =>
    lane.rows.flat().flatMap(({ span, row, toMs }) =>
      span.waits.flatMap((wait, at) =>
        wait.by.flatMap((owner) => {
          const other = lanes.find(({ actor }) => actor.name === owner);
          if (!other) return [];
          const waiterY = topOf(geometry, lane.index, row) + rowHeight / 2;
          const ownerY = placeOf(other, geometry, wait.fromMs);
          const times = { fromMs: wait.fromMs, toMs: wait.toMs ?? toMs };
          return [{ key: waitKey(span.spanId, at), ...times, waiterY, ownerY }];
        }),
      ),
    ),
  );
}

function placeOf({ index, rows }: Lane, geometry: Geometry, atMs: number): number {
  const open = rows.findLast((row) => row.some(({ fromMs, reachMs }) => fromMs <= atMs && reachMs >= atMs));
  if (!open) return topOf(geometry, index, -1) + stripHeight / 2;
  return topOf(geometry, index, rows.indexOf(open)) + rowHeight / 2;
}
