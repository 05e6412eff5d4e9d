// What happened in a run, in the sequence in which the coordinator saw it.
import type { Failure } from "./errors.js";
import type { Arrival, LockWait, PassedSpan, Reached } from "./model.js";

/** One event of a run. */
export type Happening =
  /** The actor's action begins. */
  | { readonly type: "begin"; readonly actor: string }
  /** The actor stands at a checkpoint, which is told by its index in the order. */
  | { readonly type: "held"; readonly actor: string; readonly arrival: Arrival; readonly checkpoint: number }
  | { readonly type: "released"; readonly actor: string; readonly arrival: Arrival }
  /** The flow that was held is gone, and nobody waits there any more. */
  | { readonly type: "withdrawn"; readonly actor: string; readonly arrival: Arrival; readonly reason: string }
  /** A span began or ended, and nothing held the actor there. */
  | { readonly type: "passed"; readonly actor: string; readonly passed: PassedSpan }
  /** A step of the order is complete. */
  | { readonly type: "reached"; readonly reached: readonly Reached[] }
  /** The actor's action has ended, by an error where there is one. */
  | { readonly type: "ended"; readonly actor: string; readonly error: string | undefined }
  /** Nothing more of the actor is listed: it runs to its end before the order goes on. */
  | { readonly type: "drained"; readonly actor: string }
  /** The actor made no progress and the next one got its turn as well: a guess. */
  | { readonly type: "stalled"; readonly actor: string }
  /** A call of the actor waits for a lock that other actors have, or now for others than before: seen by a probe. */
  | { readonly type: "blocked"; readonly actor: string; readonly wait: LockWait }
  /** The actor waits for no lock any more. */
  | { readonly type: "freed"; readonly actor: string }
  | { readonly type: "failed"; readonly failure: Failure };

/** A happening and when it was, in milliseconds since the run was opened. */
export type Entry = Happening & { readonly atMs: number };
