// The pointer on the timeline: dragging moves the window, the wheel with Ctrl and two fingers zoom.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface Gestures {
  /** To the right is positive. */
  readonly onPan: (pixels: number) => void;
  readonly onZoom: (factor: number, x: number) => void;
}

/** A hand that trembles still clicks. */
const leastDrag = 4;

/** `left`: where the axis begins in the element, in pixels. */
export function useGestures(element: RefObject<HTMLElement | null>, left: number, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const listening = new AbortController();
    const { signal } = listening;
    const xOf = (clientX: number) => clientX - target.getBoundingClientRect().left - left;

    const onWheel = (event: WheelEvent) => {
      const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        latest.current.onZoom(Math.exp((-event.deltaY * scale) / 300), xOf(event.clientX));
      } else {
        const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
        if (Math.abs(sideways) <= (event.shiftKey ? 0 : Math.abs(event.deltaY))) return;
        latest.current.onPan(-sideways * scale);
      }
      event.preventDefault();
    };
    target.addEventListener("wheel", onWheel, { passive: false, signal });

    const fingers = new Map<number, number>();
    let dragged = 0;
    const spread = () => {
      const [one = 0, other = 0] = fingers.values();
      return { distance: Math.max(1, Math.abs(one - other)), middle: (one + other) / 2 };
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      fingers.set(event.pointerId, event.clientX);
      if (fingers.size === 1) dragged = 0;
    };
    const onMove = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) return;
      const old = spread();
      fingers.set(event.pointerId, event.clientX);
      if (fingers.size === 2) {
        const { distance, middle } = spread();
        latest.current.onZoom(distance / old.distance, xOf(middle));
        latest.current.onPan(middle - old.middle);
        dragged = leastDrag;
        return;
      }
      const moved = event.clientX - before;
      if (dragged < leastDrag) {
        dragged += Math.abs(moved);
        if (dragged < leastDrag) return;
        // The click at the end of a drag is then the timeline's, not that of what lies under the pointer.
        target.setPointerCapture(event.pointerId);
        target.classList.add("dragging");
      }
      latest.current.onPan(moved);
    };
    const onUp = (event: PointerEvent) => {
      fingers.delete(event.pointerId);
      if (fingers.size === 0) target.classList.remove("dragging");
    };
    target.addEventListener("pointerdown", onDown, { signal });
    target.addEventListener("pointermove", onMove, { signal });
    target.addEventListener("pointerup", onUp, { signal });
    target.addEventListener("pointercancel", onUp, { signal });
    return () => listening.abort();
  }, [element, left]);
}
