// What a run of a scenario tells as it goes.
import type { Difference } from "./difference.js";

/** An actor that stands at a gate. */
export interface Standing {
  readonly actor: string;
  /** Such as `after pg.query:SELECT bank`. */
  readonly place: string;
  readonly service: string;
  readonly pid: number;
}

export interface ReachedCheckpoint {
  readonly actor: string;
  /** As a test writes it, such as `alice.after("pg.query:SELECT *")`. */
  readonly checkpoint: string;
  /** False where it may legally never come. */
  readonly reached: boolean;
  /** The actors whose lock it waits for, where a probe has told. */
  readonly waitsFor?: readonly string[];
}

export type ScenarioEvent =
  | { readonly type: "scenario"; readonly file: string; readonly name: string | undefined }
  | { readonly type: "database"; readonly name: string; readonly server: string }
  | { readonly type: "done"; readonly section: "setup" | "prepare" | "teardown"; readonly count: number }
  | {
      readonly type: "service";
      readonly name: string;
      readonly pid: number | undefined;
      readonly url: string | undefined;
    }
  | {
      readonly type: "reached";
      readonly checkpoints: readonly ReachedCheckpoint[];
      readonly standing: readonly Standing[];
      /** Actors that ran to their ends on the way, because nothing more of them is listed. */
      readonly drained: readonly string[];
    }
  | ExpectationEvent
  | FailedEvent
  | OutputEvent
  | { readonly type: "page"; readonly file: string }
  | {
      readonly type: "ended";
      readonly file: string;
      readonly met: number;
      readonly unmet: number;
      readonly exitCode: number;
    };

/** It went no further. */
export interface FailedEvent {
  readonly type: "failed";
  /** `FILE:LINE:COLUMN` of what was under way; none where no one part of the file was. */
  readonly place: string | undefined;
  readonly code: string;
  readonly message: string;
}

/** What a service has written, of a scenario that failed: it may tell why. */
export interface OutputEvent {
  readonly type: "output";
  readonly service: string;
  /** The last lines of both outputs. */
  readonly lines: readonly string[];
}

export interface ExpectationEvent {
  readonly type: "expectation";
  /** `FILE:LINE:COLUMN`; none where the file says nothing of it. */
  readonly place: string | undefined;
  /** A statement, a call, or a starter's name. */
  readonly what: string;
  readonly met: boolean;
  readonly differences: readonly Difference[];
  /** Why there was nothing to compare. */
  readonly error: string | undefined;
}

export type Tell = (event: ScenarioEvent) => void;
