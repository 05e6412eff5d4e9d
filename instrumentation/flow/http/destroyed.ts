// A request or response that its owner destroys: nobody waits for it any more.
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { shadow } from "../shadow.js";

/** @returns takes it back */
export function withdrawWhenDestroyed(message: { destroy(error?: Error): unknown }, latch: Latch): () => void {
  const { destroy } = message;
  return shadow(message, "destroy", (error?: Error) => {
    const result = destroy.call(message, error);
    withdraw(latch, "the request was destroyed");
    return result;
  });
}
