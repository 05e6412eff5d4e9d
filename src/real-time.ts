// Timers, queues and the clock as Node gives them. Tests replace the global ones, and the coordinator mostly lives in the
// test's own process: a run goes on all the same, keeps its real time, and its timers are none of the test's.
import { performance } from "node:perf_hooks";

export { clearTimeout, setTimeout } from "node:timers";
export const { queueMicrotask } = globalThis;
/** The longest that a timer can wait, in milliseconds, 24 days: asked for more it does not wait at all. */
export const longestMs = 2 ** 31 - 1;
/** Milliseconds of a clock that only goes forward. */
export const now = performance.now.bind(performance);

// The same clock, but from its start: all processes of a machine read one there. Between two readings others may run.
const startsMs = Math.min(
  ...Array.from({ length: 5 }, () => {
    const readMs = now();
    return Number(process.hrtime.bigint()) / 1e6 - readMs;
  }),
);
/** What another process of this machine has told of its clock, as a time of {@link now}. */
export const fromMachine = (machineMs: number): number => machineMs - startsMs;

/** What Date.now() would tell if nobody had replaced it, with fractions. */
export const wallClock = (): number => performance.timeOrigin + now();
