// Timers, queues and the clock as Node gives them. Tests replace the global ones, and the coordinator mostly lives in the
// test's own process: a run goes on all the same, keeps its real time, and its timers are none of the test's.
import { performance } from "node:perf_hooks";

export { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers";
export const { queueMicrotask } = globalThis;
/** The longest that a timer can wait, in milliseconds, 24 days: asked for more it does not wait at all. */
export const longestMs = 2 ** 31 - 1;
/** Milliseconds of a clock that only goes forward. */
export const now = performance.now.bind(performance);

/** What Date.now() would tell if nobody had replaced it, with fractions. */
export const wallClock = (): number => performance.timeOrigin + now();
