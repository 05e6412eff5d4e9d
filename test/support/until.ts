import { setTimeout as pause } from "node:timers/promises";

/** How often a fact is looked at that nobody tells, such as the end of a stranger's process. */
const lookEveryMs = 5;

/**
 * Waits for a fact, not for a time: resolves with the first answer that is not `undefined`.
 * @param limitMs how long it may take; by default long enough for anything but a hang
 */
export async function until<T>(what: string, look: () => T | undefined, limitMs = 30_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const fact = look();
    if (fact !== undefined) return fact;
    if (performance.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}.`);
    await pause(lookEveryMs);
  }
}

/** The same for a fact that has to be asked for. */
export async function untilAsync<T>(what: string, ask: () => Promise<T | undefined>, limitMs = 1_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const fact = await ask();
    if (fact !== undefined) return fact;
    if (performance.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}.`);
    await pause(lookEveryMs);
  }
}
