// What the page and its server tell each other: one JSON object a line of the stream, one a request. Plain data.
import type { AttributeValue, Phase, SpanKind } from "../core/model.js";

/** Everything that the page hears. A stream begins with what is there already. */
export type LiveMessage =
  /** First, at once. */
  | { readonly type: "hello" }
  /** All that was there has been told, but of the run that is followed. */
  | { readonly type: "ready" }
  | { readonly type: "attached"; readonly agent: LiveAgent }
  | { readonly type: "left"; readonly instance: string }
  | { readonly type: "runOpened"; readonly runId: string; readonly starters: readonly string[] }
  /** `failure` is an error's code; empty where it did not fail. */
  | { readonly type: "runClosed"; readonly runId: string; readonly failure: string }
  | { readonly type: "byHand"; readonly isOn: boolean }
  | ({ readonly type: "step"; readonly runId: string } & LiveStep)
  /** How many actors of a run stand at gates, of whichever run. */
  | { readonly type: "standing"; readonly runId: string; readonly by: 1 | -1 }
  /** The run that this stream follows. */
  | { readonly type: "run"; readonly run: LiveRun }
  | { readonly type: "events"; readonly events: readonly LiveEvent[] }
  /** Nothing more will happen in the run that this stream follows. */
  | { readonly type: "over" };

export interface LiveAgent {
  readonly instance: string;
  readonly service: string;
  readonly pid: number;
  readonly thread: number;
  readonly ports: readonly number[];
}

/** How far a step goes. */
export type LiveGoal =
  | { readonly type: "next" }
  | { readonly type: "skipTo"; readonly checkpoint: number }
  | { readonly type: "finish" };

/** Whose move it is. */
export interface LiveStep {
  /** Of the step that waits, or that waited last. */
  readonly number: number;
  readonly state: "test" | "person" | "run";
  /** What the test asked for; `null` where it has the move. */
  readonly wanted: LiveGoal | null;
}

export interface LiveRun {
  readonly runId: string;
  readonly starters: readonly string[];
  readonly order: readonly LiveCheckpoint[];
  /** Attributes that are told of spans wherever they come. */
  readonly recordAttributes: readonly string[];
  /** In milliseconds since 1970. */
  readonly openedAtMs: number;
  /** How many of the oldest spans that passed are not told. */
  readonly missed: number;
}

/** A checkpoint of the order. */
export interface LiveCheckpoint {
  /** Its place in the order, all steps' checkpoints counted from 0. */
  readonly index: number;
  /** Its step, from 0: checkpoints of one step are awaited together. */
  readonly step: number;
  readonly actor: string;
  readonly phase: Phase;
  /** The line of code that makes it. */
  readonly code: string;
}

/** Where an actor stands, or what it passed. */
export interface LivePlace {
  readonly phase: "before" | "after";
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanId: string;
  readonly scope: string;
  readonly peer: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly service: string;
  readonly instance: string;
  readonly pid: number;
}

/** Something that happened; `actor` is `null` for what concerns them all. `atMs` counts from the run's opening. */
export type LiveEvent = { readonly sequence: number; readonly atMs: number; readonly actor: string | null } & (
  | { readonly type: "begin" | "drained" | "stalled" | "freed" }
  /** `id` with the place's instance is the hold's name. */
  | { readonly type: "held"; readonly place: LivePlace; readonly id: number; readonly checkpoint: number }
  | { readonly type: "released"; readonly place: LivePlace; readonly id: number }
  | { readonly type: "withdrawn"; readonly place: LivePlace; readonly id: number; readonly reason: string }
  | { readonly type: "passed"; readonly place: LivePlace }
  | { readonly type: "ended"; readonly error: string | null }
  | {
      readonly type: "reached";
      readonly reached: readonly { readonly checkpoint: number; readonly isReached: boolean }[];
    }
  | {
      readonly type: "blocked";
      readonly lock: string;
      readonly by: readonly string[];
      readonly name: string;
      readonly service: string;
    }
  | { readonly type: "failed"; readonly code: string; readonly message: string }
);

/** What the page asks for, by its path below `/api/`. */
export interface LiveRequests {
  readonly "by-hand": { readonly on: boolean };
  readonly steer: { readonly runId: string; readonly number: number; readonly goal: LiveGoal };
  readonly release: { readonly instance: string; readonly id: number };
}

/** What answers them; `error` is for people. */
export interface LiveAnswer {
  readonly error?: string;
  /** Of `release`: whether something stood there. */
  readonly released?: boolean;
}
