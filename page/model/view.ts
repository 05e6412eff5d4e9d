// Which part of the axis is seen. All in the axis's units.

export interface View {
  readonly from: number;
  readonly to: number;
}

/** At most a millionth of the axis fills the window, and no less than 0.1 µs: clocks tell no less apart. */
const closest = 1e-6;
const leastUnits = 1e-4;

/** All of it, with a little room on both sides. */
export function whole(length: number): View {
  return { from: -length * 0.01, to: length * 1.03 };
}

/** A factor above 1 shows less, and larger. What is at the anchor stays where it is. */
export function zoom(view: View, factor: number, anchor: number, length: number): View {
  const width = (view.to - view.from) / factor;
  const least = leastOf(length);
  const most = widthOf(whole(length));
  const bounded = Math.min(most, Math.max(least, width));
  const part = (anchor - view.from) / (view.to - view.from);
  return bound({ from: anchor - part * bounded, to: anchor + (1 - part) * bounded }, length);
}

export function pan(view: View, by: number, length: number): View {
  return bound({ from: view.from + by, to: view.to + by }, length);
}

/** Moves as little as needed, and shows more where what is to be seen does not fit. */
export function reveal(view: View, from: number, to: number, length: number): View {
  const width = widthOf(view);
  const margin = width * 0.08;
  if (to - from > width - 2 * margin) {
    if (from < view.to && to > view.from) return view;
    return bound({ from: from - margin, to: from - margin + width }, length);
  }
  if (from >= view.from + margin / 4 && to <= view.to - margin / 4) return view;
  const middle = (from + to) / 2;
  return bound({ from: middle - width / 2, to: middle + width / 2 }, length);
}

/** Fills the window with it, but for a margin. */
export function closeUp(from: number, to: number, length: number): View {
  const width = Math.max(to - from, leastOf(length));
  const middle = (from + to) / 2;
  return bound({ from: middle - width * 0.6, to: middle + width * 0.6 }, length);
}

export function widthOf({ from, to }: View): number {
  return to - from;
}

export function isWhole(view: View, length: number): boolean {
  return widthOf(view) >= widthOf(whole(length)) * (1 - 1e-9);
}

function leastOf(length: number): number {
  return Math.min(length, Math.max(length * closest, leastUnits));
}

function bound({ from, to }: View, length: number): View {
  const all = whole(length);
  const width = to - from;
  if (width >= widthOf(all)) return all;
  const start = Math.min(Math.max(from, all.from), all.to - width);
  return { from: start, to: start + width };
}
