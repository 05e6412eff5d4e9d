// One clock for all processes of a machine: each reads it from a start of its own.
import { performance } from "node:perf_hooks";

// By how much the machine's clock is ahead of performance.now(). Between two readings others may run.
const startsMs = Math.min(
  ...Array.from({ length: 5 }, () => {
    const readMs = performance.now();
    return Number(process.hrtime.bigint()) / 1e6 - readMs;
  }),
);

/** A time of performance.now(), in milliseconds, as every process of this machine knows it. */
export const toMachine = (nowMs: number): number => nowMs + startsMs;

/** What another process of this machine has told of its clock, as a time of performance.now(). */
export const fromMachine = (machineMs: number): number => machineMs - startsMs;
