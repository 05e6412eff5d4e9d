// One actor: its name, when it moved, its marks, its spans row by row.
import { type Cluster, drawRow, type Frame, xOf } from "../model/draw.ts";
import { duration } from "../model/format.ts";
import { type LaneGeometry, rowHeight } from "../model/geometry.ts";
import type { Key } from "../model/items.ts";
import type { Lane } from "../model/lanes.ts";
import type { Model } from "../model/model.ts";
import type { Stretch } from "../model/stretches.ts";
import { SpanBar } from "./bar.tsx";
import { Marks } from "./marks.tsx";

export interface LaneProps {
  readonly model: Model;
  readonly lane: Lane;
  readonly place: LaneGeometry;
  readonly frame: Frame;
  /** Rows that are to be drawn, in pixels from the lane's top. */
  readonly visible: { readonly top: number; readonly bottom: number };
  readonly selected: Key | null;
  readonly found: ReadonlySet<Key> | null;
}

export function LaneView(props: LaneProps) {
  const { lane, place, frame, visible, selected, found, model } = props;
  const { actor, rows, stretches } = lane;
  const item = selected === null ? undefined : model.items.byKey.get(selected);
  const spanOfSelected = item && item.type !== "moment" ? item.laid.span.spanId : null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of a tree's items, not of a form's fields
    <div
      class="lane"
      role="group"
      aria-label={actor.name}
      style={{ top: `${place.top}px`, height: `${place.height}px` }}
    >
      <div class="lane-name">
        <strong title={actor.name}>
          <bdi>{actor.name}</bdi>
        </strong>
        <span class="fate" title={actor.error ?? undefined}>
          {fateOf(lane)}
        </span>
      </div>
      <div class="lane-body">
        {stretches.map((stretch) => (
          <StretchView key={`${stretch.fromMs} ${stretch.state}`} stretch={stretch} strip={place.strip} frame={frame} />
        ))}
        <Marks lane={lane} top={place.strip} frame={frame} selected={selected} found={found} />
        {rows.map((row, at) => {
          const top = place.rows + at * rowHeight;
          if (top > visible.bottom || top + rowHeight < visible.top) return null;
          return drawRow(row, frame, model.report.endMs, spanOfSelected).map((piece) =>
            piece.type === "bar" ? (
              <SpanBar key={piece.laid.span.spanId} bar={piece} top={top} {...{ model, frame, selected, found }} />
            ) : (
              <ClusterView key={`cluster ${piece.first.span.spanId}`} cluster={piece} top={top} />
            ),
          );
        })}
      </div>
    </div>
  );
}

function fateOf({ actor, stretches }: Lane): string {
  if (actor.error !== null) return "ended with an error";
  if (actor.endedMs !== null) return `ended at ${duration(actor.endedMs)}`;
  if (stretches.length === 0) return "never began";
  return "did not end";
}

interface StretchProps {
  readonly stretch: Stretch;
  readonly strip: number;
  readonly frame: Frame;
}

function StretchView({ stretch: { fromMs, toMs, state }, strip, frame }: StretchProps) {
  const [from, to] = [Math.max(xOf(fromMs, frame), -4), Math.min(xOf(toMs, frame), frame.width + 4)];
  if (to < 0 || from > frame.width) return null;
  const box = { left: `${from}px`, width: `${Math.max(1, to - from)}px` };
  return (
    <>
      <div class={`stretch ${state}`} style={box} />
      <div class={`life ${state}`} style={{ ...box, top: `${strip}px` }} />
    </>
  );
}

function ClusterView({ cluster, top }: { readonly cluster: Cluster; readonly top: number }) {
  const { x, width, count, first, last } = cluster;
  const told = `${count} spans, too small to be told apart here: click to zoom`;
  return (
    <div
      class="cluster"
      aria-hidden="true"
      title={told}
      data-from={first.fromMs}
      data-to={last.reachMs}
      style={{ left: `${x}px`, top: `${top}px`, width: `${Math.max(3, width)}px` }}
    >
      {width > 44 ? `× ${count}` : ""}
    </div>
  );
}
