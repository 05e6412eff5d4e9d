// Time to the right, a lane for each actor. Only what is in sight is in the document.
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { connectorsOf } from "../model/connectors.ts";
import type { Frame } from "../model/draw.ts";
import { type Geometry, geometryOf, rowHeight, topOf } from "../model/geometry.ts";
import { type Direction, type Key, neighbour } from "../model/items.ts";
import type { Model } from "../model/model.ts";
import type { TimeAxis } from "../model/time-axis.ts";
import { type View, widthOf } from "../model/view.ts";
import { type Action, type State, timesOf } from "../state.ts";
import { Backdrop } from "./backdrop.tsx";
import { Connectors } from "./connectors.tsx";
import { useGestures } from "./gestures.ts";
import { LaneView } from "./lane.tsx";
import { Overview } from "./overview.tsx";
import { usePrinting } from "./printing.ts";
import { Readout } from "./readout.tsx";
import { Ruler } from "./ruler.tsx";
import { useSize } from "./size.ts";

export interface TimelineProps {
  readonly model: Model;
  readonly axis: TimeAxis;
  readonly view: View;
  readonly state: State;
  /** What the filter finds; `null` without one. */
  readonly found: ReadonlySet<Key> | null;
  readonly act: (action: Action) => void;
  /** Somebody wants to read the details. */
  readonly onEnter: () => void;
}

const gutterWidth = 132;
/** Of paper that lies on its side, less its margins. */
const paperWidth = 960;
const narrowWidth = 720;
/** Rows so far above and below the window are there already when it is scrolled. */
const beyond = 150;

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

export function Timeline({ model, axis, view, state, found, act, onEnter }: TimelineProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const printing = usePrinting();
  const window = useSize(scroller);
  const size = printing ? { ...window, width: paperWidth } : window;
  const narrow = size.width < narrowWidth;
  const gutter = narrow ? 0 : gutterWidth;
  const frame: Frame = { axis, view, width: Math.max(50, size.width - gutter) };
  const unitsPerPixel = widthOf(view) / frame.width;
  const geometry = useMemo(() => geometryOf(model.lanes, narrow), [model, narrow]);
  const connectors = useMemo(() => connectorsOf(model.lanes, geometry), [model, geometry]);
  const focusWanted = useRef(false);

  useGestures(scroller, gutter, {
    onPan: (pixels) => act({ type: "pan", by: -pixels * unitsPerPixel }),
    onZoom: (factor, x) => act({ type: "zoom", factor, at: view.from + x * unitsPerPixel }),
  });

  const go = (key: Key, open: boolean) => {
    focusWanted.current = true;
    act({ type: "select", key, open, reveal: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const selected = state.selected === null ? undefined : model.items.byKey.get(state.selected);
    const direction = directions[event.key];
    if (event.shiftKey && (direction === "previous" || direction === "next")) {
      act({ type: "pan", by: widthOf(view) * (direction === "next" ? 0.2 : -0.2) });
    } else if (direction) {
      const next = neighbour(model.items, selected, direction);
      if (next) go(next.key, false);
    } else if ((event.key === "Enter" || event.key === " ") && state.selected !== null) {
      act({ type: "select", key: state.selected, open: true, reveal: false });
      onEnter();
    } else if (event.key === "z" && selected) {
      const { fromMs, toMs } = selected;
      act(toMs > fromMs ? { type: "fit", fromMs, toMs } : { type: "zoom", factor: 4, at: axis.toUnits(fromMs) });
    } else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const { dataset } = (event.target as Element).closest<HTMLElement>("[data-key], [data-from]") ?? {};
    if (!dataset) return;
    if (dataset["key"] !== undefined) go(dataset["key"], true);
    else act({ type: "fit", fromMs: Number(dataset["from"]), toMs: Number(dataset["to"]) });
  };

  useLayoutEffect(() => bringIntoSight(scroller.current, model, geometry, state.selected), [state.selected, geometry]);
  useLayoutEffect(() => {
    const tree = scroller.current;
    if (!tree) return;
    const lost = tree.contains(document.activeElement) || focusWanted.current;
    if (!focusWanted.current || !lost || state.selected === null) return;
    const target = tree.querySelector<HTMLElement>(`[role=treeitem][data-key="${CSS.escape(state.selected)}"]`);
    if (target) focusWanted.current = false;
    target?.focus({ preventScroll: true });
  });

  const top = printing ? 0 : size.scrolled - beyond;
  const bottom = printing ? geometry.height : size.scrolled + size.height + beyond;
  const cursor = cursorMs(model, state.selected);
  return (
    <section
      class={narrow ? "timeline narrow" : "timeline"}
      aria-label="Timeline"
      style={{ "--gutter": `${gutter}px` }}
    >
      <Overview model={model} axis={axis} view={view} width={frame.width} act={act} />
      <Ruler model={model} frame={frame} selected={state.selected} act={act} />
      <Readout over={scroller} frame={frame} />
      <div
        class="lanes"
        ref={scroller}
        role="tree"
        aria-label="Actors and their spans, in time"
        tabIndex={state.selected === null ? 0 : -1}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div class="content" style={{ height: `${geometry.height}px` }}>
          <Backdrop model={model} frame={frame} cursorMs={cursor} />
          {model.lanes.map((lane) => {
            const place = geometry.lanes[lane.index];
            if (!place || place.top > bottom || place.top + place.height < top) return null;
            return (
              <LaneView
                key={lane.index}
                model={model}
                lane={lane}
                place={place}
                frame={frame}
                visible={{ top: top - place.top, bottom: bottom - place.top }}
                selected={state.selected}
                found={found}
              />
            );
          })}
          <Connectors connectors={connectors} frame={frame} height={geometry.height} selected={state.selected} />
        </div>
      </div>
    </section>
  );
}

function bringIntoSight(
  scroller: HTMLElement | null,
  { items }: Model,
  geometry: Geometry,
  selected: Key | null,
): void {
  const item = selected === null ? undefined : items.byKey.get(selected);
  if (!scroller || !item) return;
  const top = topOf(geometry, item.lane, item.row);
  if (top < scroller.scrollTop) scroller.scrollTop = top - rowHeight;
  const bottom = top + 2 * rowHeight;
  if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
}

/** The time of a moment that no lane shows. */
function cursorMs(model: Model, selected: Key | null): number | null {
  if (selected === null || model.items.byKey.has(selected)) return null;
  return timesOf(model, selected)?.fromMs ?? null;
}
