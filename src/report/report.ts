// What happened in a run, as every view of it needs it: spans with their pauses and waits, an actor each. Plain data;
// docs/interleaving.schema.json describes it as JSON. All times are milliseconds since the run was opened.
import type { ErrorCode } from "../core/errors.js";
import type { Happening } from "../core/happenings.js";
import type { AttributeValue, HoldMode, Phase, SpanKind } from "../core/model.js";

/** An interleaving as JSON. `null` stands for what has not happened, or is not known. */
export interface Report {
  readonly format: "spangate.interleaving";
  /** Rises when a reader of the last version would misread it. */
  readonly version: 1;
  /** When the run was opened, as ISO 8601; `null` before that. */
  readonly openedAt: string | null;
  /** When the last thing happened. */
  readonly endMs: number;
  /** In the sequence in which they run to their ends. */
  readonly actors: readonly ReportedActor[];
  readonly order: readonly ReportedCheckpoint[];
  /** In the sequence of their starts. */
  readonly spans: readonly ReportedSpan[];
  /** All that happened, oldest first. */
  readonly moments: readonly Moment[];
  readonly failure: ReportedFailure | null;
}

export interface ReportedActor {
  readonly name: string;
  /** 32 hex digits: what its requests carry. */
  readonly traceId: string | null;
  /** 16 hex digits: the parent of its first spans. */
  readonly spanId: string | null;
  readonly beganMs: number | null;
  readonly endedMs: number | null;
  /** What its action ended with. */
  readonly error: string | null;
}

/** A checkpoint of the order. */
export interface ReportedCheckpoint {
  /** Its place in the order, all steps' checkpoints counted from 0. */
  readonly index: number;
  /** Its step, from 0: checkpoints of one step are awaited together. */
  readonly step: number;
  readonly actor: string;
  readonly phase: Phase;
  /** The line of code that makes it. */
  readonly code: string;
  /** `null` while its step has not been returned. */
  readonly reached: boolean | null;
  /** When its step was returned. */
  readonly atMs: number | null;
}

export interface ReportedSpan {
  /** 16 hex digits. */
  readonly spanId: string;
  /** `null` for a root span. */
  readonly parentSpanId: string | null;
  readonly actor: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly service: string;
  /** Which of the service's processes; `null` where that is not known. */
  readonly pid: number | null;
  /** The instrumentation scope, such as `@opentelemetry/instrumentation-pg`. */
  readonly scope: string;
  /** `host:port` of the other side of a client's call. */
  readonly peer: string | null;
  /** Those that were asked for: `recordAttributes`, and what the order's checkpoints match. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** `null` where only its end was told. */
  readonly startMs: number | null;
  /** `null` while it is open. A pause after a span lies behind its end, one before it within. */
  readonly endMs: number | null;
  readonly pauses: readonly Pause[];
  readonly waits: readonly Wait[];
}

/** How long an actor was held at a span. */
export interface Pause {
  readonly phase: "before" | "after";
  readonly mode: HoldMode;
  /** The place in the order of the checkpoint that it reached there. */
  readonly checkpoint: number;
  readonly fromMs: number;
  /** `null` while it stands there. */
  readonly toMs: number | null;
  /** Why the flow was gone before it was let go. */
  readonly withdrawn: string | null;
}

/** How long a call waited for a lock that other actors had, as a probe saw it. */
export interface Wait {
  /** In the database's words. */
  readonly lock: string;
  readonly by: readonly string[];
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** One thing that happened. */
export interface Moment {
  readonly atMs: number;
  readonly type: Happening["type"];
  /** `null` for what concerns them all. */
  readonly actor: string | null;
  /** As the lanes tell it. */
  readonly text: string;
  readonly spanId: string | null;
}

export interface ReportedFailure {
  readonly code: ErrorCode;
  /** The whole story, several lines. */
  readonly message: string;
  readonly actor: string | null;
}
