// Brings an element into sight within one box alone: scrollIntoView() would move the window too.

/** Scrolls `box` only as far as needed. */
export function reveal(element: Element, box: Element): void {
  const [it, sight] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollTop += beyond(it.top, it.bottom, sight.top, sight.bottom);
  box.scrollLeft += beyond(it.left, it.right, sight.left, sight.right);
}

function beyond(start: number, end: number, from: number, to: number): number {
  if (start < from) return start - from;
  return Math.max(0, Math.min(end - to, start - from));
}
