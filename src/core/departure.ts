// How an agent has left.
import { lostLink } from "./silence.js";

export interface Departure {
  /** Lost is an agent whose link was cut: it may live on. */
  readonly how: "in order" | "died" | "lost";
  readonly reason: string;
}

export function inOrder(exitCode: number): Departure {
  return { how: "in order", reason: `it ended with exit code ${exitCode}` };
}

export const lost: Departure = { how: "lost", reason: lostLink };

/** Without a goodbye. */
export function died(reason: string): Departure {
  return { how: "died", reason };
}
