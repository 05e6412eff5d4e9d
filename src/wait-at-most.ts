import { clearTimeout, setTimeout } from "./real-time.js";

/** Resolves with the promise, or after so many milliseconds. */
export async function waitAtMost(limitMs: number, promise: Promise<unknown>): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  try {
    await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
