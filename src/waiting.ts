// Waiting for a time, by timers that no test fakes.
import { clearTimeout, setTimeout } from "./real-time.js";

/** @returns what the promise gives, or "late" where that takes longer than so many milliseconds */
export async function waitAtMost<T>(limitMs: number, promise: Promise<T>): Promise<T | "late"> {
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const timer = setTimeout(() => resolve("late"), limitMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
