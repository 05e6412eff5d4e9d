// Sets of stretches of time.

export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sorted, and none touches another. Empty ones are left out. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const result: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of intervals.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = result.at(-1);
    if (toMs <= fromMs) continue;
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else result.push({ fromMs, toMs });
  }
  return result;
}

/** What of the first ones is in none of the others; both as {@link union} gives them. */
export function subtract(intervals: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  let at = 0;
  for (const { fromMs, toMs } of intervals) {
    let from = fromMs;
    while (at > 0 && (others[at - 1]?.toMs ?? 0) > fromMs) at--;
    for (; at < others.length; at++) {
      const other = others[at];
      if (!other || other.fromMs >= toMs) break;
      if (other.fromMs > from) result.push({ fromMs: from, toMs: other.fromMs });
      from = Math.max(from, other.toMs);
    }
    if (from < toMs) result.push({ fromMs: from, toMs });
  }
  return result;
}
