// What lies behind all lanes: breaks of the axis, where the order's steps were returned, a moment that is selected.
import { type Frame, xOf } from "../model/draw.ts";
import { flagsOf } from "../model/flags.ts";
import type { Model } from "../model/model.ts";

export interface BackdropProps {
  readonly model: Model;
  readonly frame: Frame;
  readonly cursorMs: number | null;
}

export function Backdrop({ model, frame, cursorMs }: BackdropProps) {
  const { order, failure, moments } = model.report;
  const failed = failure ? moments.find(({ type }) => type === "failed") : undefined;
  return (
    <div class="backdrop" aria-hidden="true">
      {frame.axis.breaks.map(({ fromMs, toMs, idle }) => {
        const [from, to] = [xOf(fromMs, frame), xOf(toMs, frame)];
        if (to < 0 || from > frame.width) return null;
        const left = Math.max(from, -4);
        return (
          <div
            key={fromMs}
            class={idle ? "break idle" : "break"}
            style={{ left: `${left}px`, width: `${Math.min(to, frame.width + 4) - left}px` }}
          />
        );
      })}
      {flagsOf(order, frame).map(({ x }) => (
        <div key={x} class="returned" style={{ left: `${x}px` }} />
      ))}
      {failed && <Line name="failure" ms={failed.atMs} frame={frame} />}
      {cursorMs !== null && <Line name="cursor" ms={cursorMs} frame={frame} />}
    </div>
  );
}

function Line({ name, ms, frame }: { readonly name: string; readonly ms: number; readonly frame: Frame }) {
  const x = xOf(ms, frame);
  return x < 0 || x > frame.width ? null : <div class={name} style={{ left: `${x}px` }} />;
}
