// Timers, queues and the clock as Node gives them. Applications and their tests replace the global ones (fake timers, stubs): what
// an agent waits for goes on all the same, and nobody else sees that it waits.
import { performance } from "node:perf_hooks";

export const { clearInterval, queueMicrotask, setImmediate, setInterval, setTimeout } = globalThis;
export const { nextTick } = process;
/** Milliseconds of a clock that only goes forward. */
export const now = performance.now.bind(performance);

const { now: real } = performance;
/** True while others are told another clock's time in place of that: a test has replaced it. */
export const isClockFaked = (): boolean => globalThis.performance?.now !== real;
