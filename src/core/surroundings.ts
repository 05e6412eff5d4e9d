// What a run cannot see by itself.
import type { AgentRef } from "./model.js";

/** Asked of all agents at the moment of a diagnosis. */
export interface Surroundings {
  readonly agents: readonly AttachedAgent[];
  /** Threads that a hold stops, of this run or another. */
  readonly frozen: readonly FrozenThread[];
  /** Agents that did not answer in time: their threads are busy. */
  readonly silent: readonly AgentRef[];
}

export interface AttachedAgent extends AgentRef {
  /** The TCP ports that its process accepts connections on. */
  readonly ports: readonly number[];
}

export interface FrozenThread {
  readonly agent: AttachedAgent;
  /** The actor whose hold stops the thread. */
  readonly by: string;
  /** Where it is held, such as `after pg.query:SELECT bank`. */
  readonly place: string;
}
