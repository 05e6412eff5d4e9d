// What happened in a run, in the sequence in which the coordinator saw it.
import type { Failure } from "./errors.js";
import type { Arrival, PassedSpan, Reached } from "./model.js";

/** One event of a run. */
export type Happening =
  | { readonly type: "begin"; readonly actor: string }
  | { readonly type: "held"; readonly actor: string; readonly arrival: Arrival; readonly checkpoint: number }
  | { readonly type: "released"; readonly actor: string; readonly arrival: Arrival }
  | { readonly type: "withdrawn"; readonly actor: string; readonly arrival: Arrival; readonly reason: string }
  | { readonly type: "passed"; readonly actor: string; readonly passed: PassedSpan }
  | { readonly type: "reached"; readonly reached: readonly Reached[] }
  | { readonly type: "ended"; readonly actor: string; readonly error: string | undefined }
  /** Nothing more of the actor is listed: it runs to its end before the order goes on. */
  | { readonly type: "drained"; readonly actor: string }
  /** The actor made no progress and the next one got its turn as well: a guess. */
  | { readonly type: "stalled"; readonly actor: string }
  | { readonly type: "failed"; readonly failure: Failure };

/** A happening and when it was seen, in milliseconds since the run was opened. */
export type Entry = Happening & { readonly atMs: number };
