// Timers, queues and the clock as Node gives them. Applications and their tests replace the global ones (fake timers, stubs): what
// an agent waits for goes on all the same, and nobody else sees that it waits.
import { performance } from "node:perf_hooks";

export const { queueMicrotask, setImmediate, setTimeout } = globalThis;
export const { nextTick } = process;
/** Milliseconds of a clock that only goes forward. */
export const now = performance.now.bind(performance);

// The same clock, but from its start: all processes of a machine read one there. Between two readings others may run.
const startsMs = Math.min(
  ...Array.from({ length: 5 }, () => {
    const readMs = now();
    return Number(process.hrtime.bigint()) / 1e6 - readMs;
  }),
);
/** A time of {@link now} as every process of this machine knows it. */
export const toMachine = (nowMs: number): number => nowMs + startsMs;

const { now: real } = performance;
/** True while others are told another clock's time in place of that: a test has replaced it. */
export const isClockFaked = (): boolean => globalThis.performance?.now !== real;
