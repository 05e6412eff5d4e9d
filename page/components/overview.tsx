// The whole run at a glance: who moved when, and which part of it the timeline shows.
import { useMemo, useRef } from "preact/hooks";
import { xOf } from "../model/draw.ts";
import type { Model } from "../model/model.ts";
import type { TimeAxis } from "../model/time-axis.ts";
import { isWhole, type View, whole, widthOf } from "../model/view.ts";
import type { Action } from "../state.ts";

export interface OverviewProps {
  readonly model: Model;
  readonly axis: TimeAxis;
  readonly view: View;
  readonly width: number;
  readonly act: (action: Action) => void;
}

const height = 28;

export function Overview({ model, axis, view, width, act }: OverviewProps) {
  const bar = useRef<HTMLDivElement>(null);
  const all = whole(axis.length);
  const lines = useMemo(() => linesOf(model, axis, width), [model, axis, width]);
  const xOfUnits = (units: number) => ((units - all.from) / widthOf(all)) * width;
  const onPointer = (event: PointerEvent) => {
    if (event.buttons !== 1 || !bar.current) return;
    if (event.type === "pointerdown") bar.current.setPointerCapture(event.pointerId);
    const x = event.clientX - bar.current.getBoundingClientRect().left;
    const middle = all.from + (x / width) * widthOf(all);
    act({ type: "look", view: { from: middle - widthOf(view) / 2, to: middle + widthOf(view) / 2 } });
  };
  const [left, right] = [xOfUnits(view.from), xOfUnits(view.to)];
  return (
    <div class="overview" aria-hidden="true" ref={bar} onPointerDown={onPointer} onPointerMove={onPointer}>
      {lines}
      {!isWhole(view, axis.length) && (
        <>
          <div class="unseen" style={{ left: 0, width: `${Math.max(0, left)}px` }} />
          <div class="unseen" style={{ left: `${right}px`, right: 0 }} />
          <div class="seen" style={{ left: `${left}px`, width: `${Math.max(4, right - left)}px` }} />
        </>
      )}
    </div>
  );
}

/** One path a state for all lanes: it may have thousands of stretches. */
function linesOf({ lanes }: Model, axis: TimeAxis, width: number) {
  const frame = { axis, view: whole(axis.length), width };
  const step = height / Math.max(1, lanes.length);
  const pathOf = (...states: readonly string[]) =>
    lanes
      .flatMap(({ stretches, index }) =>
        stretches
          .filter(({ state }) => states.includes(state))
          .map(({ fromMs, toMs }) => {
            const x = xOf(fromMs, frame);
            return `M${x.toFixed(1)} ${((index + 0.5) * step).toFixed(1)}h${Math.max(1, xOf(toMs, frame) - x).toFixed(1)}`;
          }),
      )
      .join("");
  return (
    <svg width={width} height={height} aria-hidden="true">
      <path class="stands" d={pathOf("stands", "waits", "stuck")} />
      <path class="moves" stroke-width={Math.max(1, Math.min(6, step - 2))} d={pathOf("moves")} />
    </svg>
  );
}
