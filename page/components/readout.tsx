// The time under the pointer.
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Frame } from "../model/draw.ts";
import { clock } from "../model/format.ts";

export interface ReadoutProps {
  /** Over which the pointer is looked for. */
  readonly over: RefObject<HTMLElement | null>;
  readonly frame: Frame;
}

export function Readout({ over, frame: { axis, view, width } }: ReadoutProps) {
  const [x, setX] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = over.current;
    if (!element) return;
    const listening = new AbortController();
    const move = (event: PointerEvent) => setX(event.clientX - element.getBoundingClientRect().right + width);
    element.addEventListener("pointermove", move, { signal: listening.signal });
    element.addEventListener("pointerleave", () => setX(null), { signal: listening.signal });
    return () => listening.abort();
  }, [over, width]);
  if (x === null || x < 0 || x > width) return null;
  const atMs = axis.toMs(view.from + (x / width) * (view.to - view.from));
  if (atMs < 0) return null;
  return (
    <div class="readout" aria-hidden="true" style={{ left: `${x}px` }}>
      <span>{clock(atMs)}</span>
    </div>
  );
}
