// What a run cannot see by itself.
import type { AgentRef, PassedSpan } from "./model.js";

/** Asked of all agents at the moment of a diagnosis. */
export interface Surroundings {
  readonly agents: readonly AttachedAgent[];
  /** Threads that a hold stops, of this run or another. */
  readonly frozen: readonly FrozenThread[];
  /** Agents that did not answer in time: their threads are busy. */
  readonly silent: readonly AgentRef[];
  /** What actors of the run wait for because others have all that there are. */
  readonly shortages: readonly Shortage[];
}

/** An actor waits for something of which its process has a limited number and none left, as its driver shows it. */
export interface Shortage {
  /** For people, such as `a connection of a pg pool`. */
  readonly resource: string;
  /** The option that limits it, such as `max`. */
  readonly option: string;
  readonly limit: number;
  /** How many are in use, by whomever. */
  readonly inUse: number;
  readonly waiting: Use;
  /** Those of them that actors of the run have, one entry each. */
  readonly kept: readonly Use[];
}

/** An actor that waits for something, or has it, by its span that asked for it or used it last. */
export type Use = Pick<PassedSpan, "actor" | "span" | "agent">;

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
