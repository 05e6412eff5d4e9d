// Times as people read them.

/** A length of time, such as `1.2 s`, `47 ms` or `80 µs`. */
export function duration(ms: number): string {
  if (ms >= 60_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  if (ms >= 1000) return `${trim((ms / 1000).toPrecision(3))} s`;
  if (ms >= 0.1) return `${ms >= 100 ? Math.round(ms) : trim(ms.toPrecision(ms >= 10 ? 3 : 2))} ms`;
  return `${Math.round(ms * 1000)} µs`;
}

/** A point of time since the run was opened, in milliseconds, as the lanes of text have it. */
export function clock(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** A point of time as precise as a step between two ticks needs it. */
export function tickText(ms: number, stepMs: number): string {
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(stepMs) + 1e-9)));
  return ms >= 10_000 && stepMs >= 100 ? `${trim((ms / 1000).toFixed(1))} s` : `${ms.toFixed(digits)} ms`;
}

function trim(number: string): string {
  return number.includes(".") ? number.replace(/\.?0+$/, "") : number;
}
