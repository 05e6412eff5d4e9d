// A run as its session is given it, what it may ask of the coordinator, and how its steps are answered.
import type { Failure } from "../core/errors.js";
import type { Entry } from "../core/happenings.js";
import type { AdoptedActor, AgentRef, Arrival, Reached, Step } from "../core/model.js";
import type { FrozenThread } from "../core/surroundings.js";
import type { Agents } from "./agents.js";
import type { Limits } from "./clocks.js";
import type { Locks } from "./locks.js";
import type { Watchers } from "./watchers.js";

export interface RunDefinition {
  readonly starters: readonly string[];
  /** Those of the starters that begin nothing themselves. */
  readonly adopted: readonly AdoptedActor[];
  readonly order: readonly Step[];
  readonly limits: Limits;
  /** Attributes that the agents tell of its spans wherever they come. */
  readonly recordAttributes: readonly string[];
}

/** What a run asks of the coordinator. */
export interface RunContext {
  readonly agents: Agents;
  /** The threads that holds of any run stop now. */
  readonly frozen: () => readonly FrozenThread[];
  /** The agents of those threads: they answer nothing. */
  readonly stopped: () => ReadonlySet<string>;
  /** Receives every event of the run, in sequence. */
  readonly tell: (entry: Entry, sequence: number) => void;
  /** Who waits for whose lock. */
  readonly locks: Locks;
  readonly watchers: Watchers;
  /** An arrival goes on. */
  readonly released: (arrival: Arrival) => void;
  /** The test waits for what was told. */
  readonly flush: () => void;
  /** An actor's action has ended: asks what it has done and goes on to do. Resolves with those who did not answer. */
  readonly lastWords: () => Promise<readonly AgentRef[]>;
  /** Called once, when the run is closed: nothing more is told. */
  readonly closed: () => void;
}

/** The answer to a step request. */
export type Answer =
  | { readonly type: "reached"; readonly reached: readonly Reached[]; readonly sequence: number }
  | { readonly type: "failed"; readonly failure: Failure };

/** What a step gets whose run was closed first. */
export const closedMeanwhile: Answer = {
  type: "failed",
  failure: { code: "RunnerEnded", message: "The run was closed while a step was under way.", actor: undefined },
};
