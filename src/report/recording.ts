// What a runner knows of its run when it is asked for the interleaving.
import type { Entry } from "../core/happenings.js";
import type { Step } from "../core/model.js";

export interface Recording {
  /** In the runner's sequence. */
  readonly actors: readonly RecordedActor[];
  readonly order: readonly Step[];
  /** As Date.now() tells it; absent before the run was opened. */
  readonly openedAtMs: number | undefined;
  readonly entries: readonly Entry[];
}

export interface RecordedActor {
  readonly name: string;
  /** As its requests carry it; absent before the run was opened. */
  readonly traceparent: string | undefined;
}
