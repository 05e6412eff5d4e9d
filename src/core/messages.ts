// What goes into the state machine of a run and what comes out of it.

import type { Departure } from "./departure.js";
import type { Failure } from "./errors.js";
import type { AgentRef, Arrival, LockWait, PassedSpan, Reached } from "./model.js";
import type { Surroundings } from "./surroundings.js";

/** How far a step request wants to go. */
export type Goal =
  | { readonly type: "next" }
  | { readonly type: "skipTo"; readonly checkpoint: number }
  | { readonly type: "finish" };

export type Input =
  | { readonly type: "requested"; readonly goal: Goal }
  /** The step that is under way goes only so far. */
  | { readonly type: "shortened"; readonly goal: Goal }
  | { readonly type: "arrived"; readonly arrival: Arrival }
  | { readonly type: "withdrawn"; readonly agent: AgentRef; readonly id: number; readonly reason: string }
  | { readonly type: "passed"; readonly passed: PassedSpan }
  /** A root span of nobody began while the actor was to be adopted, and does not fit. */
  | { readonly type: "unclaimed"; readonly root: PassedSpan }
  /** An agent had to drop some of what passed: which of its spans are open is not known any more. */
  | { readonly type: "untold"; readonly agent: AgentRef }
  | { readonly type: "ungateable"; readonly actor: string; readonly checkpoint: number; readonly reason: string }
  | {
      readonly type: "ended";
      readonly actor: string;
      readonly error: string | undefined;
      readonly called: readonly string[];
    }
  /** An agent is gone. */
  | { readonly type: "detached"; readonly agent: AgentRef; readonly departure: Departure }
  /** Every agent has told all that it knew when `sync` was put out. */
  | { readonly type: "synced"; readonly surroundings: Surroundings }
  /** What waited for locks when the run had seen `asOf` moves; `isAsked` where that is the answer to `probe`. */
  | {
      readonly type: "probed";
      readonly waits: readonly LockWait[];
      readonly isAsked: boolean;
      readonly asOf: number;
    }
  /** A probe does not answer. */
  | { readonly type: "unprobed"; readonly message: string }
  /** The actor with the turn made no progress for `stallMs`. */
  | { readonly type: "stalled" }
  /** The turn took longer than `stepTimeoutMs`. */
  | { readonly type: "expired" }
  | { readonly type: "closed" };

export type Output =
  /** Start this actor's action. */
  | { readonly type: "begin"; readonly actor: string }
  | { readonly type: "held"; readonly arrival: Arrival; readonly checkpoint: number }
  /** Let the arrival go on; `passed` when nothing wanted to hold it. */
  | { readonly type: "release"; readonly arrival: Arrival; readonly passed: boolean }
  | { readonly type: "withdrawn"; readonly arrival: Arrival; readonly reason: string }
  | { readonly type: "passed"; readonly passed: PassedSpan }
  | { readonly type: "reached"; readonly reached: readonly Reached[] }
  | { readonly type: "ended"; readonly actor: string; readonly error: string | undefined }
  | { readonly type: "stalled"; readonly actor: string }
  /** Nothing more of the actor is listed, so it runs to its end before the order goes on. */
  | { readonly type: "drained"; readonly actor: string }
  /** A turn begins: start the clock of the step, and with `stalls` the clock of progress. */
  | { readonly type: "turn"; readonly stalls: boolean }
  /** The actor with the turn moved: start the clock of progress anew. */
  | { readonly type: "progress" }
  /** Ask every agent to tell all it knows, then put in `synced`. */
  | { readonly type: "sync" }
  | { readonly type: "blocked"; readonly wait: LockWait }
  /** `atMs`: when its call ended, where an agent has told that. */
  | { readonly type: "freed"; readonly actor: string; readonly atMs: number | undefined }
  /** Ask the lock probes now, then put in `probed`. */
  | { readonly type: "probe" }
  /** The request is answered: stop the clocks. Nothing reached means that every actor has ended. */
  | { readonly type: "answer"; readonly reached: readonly Reached[] }
  | { readonly type: "failed"; readonly failure: Failure };
