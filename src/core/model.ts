// The words of spangate as types. Plain data: everything here crosses process borders.

/** The side of a span on which a gate stands, or one of the implicit checkpoints of a starter. */
export type Phase = "before" | "after" | "started" | "finished" | "blocked";

/** OpenTelemetry's span kinds. */
export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";

/** How a process stops an actor: its whole thread, or the one asynchronous flow. */
export type HoldMode = "thread" | "flow";

/** A pattern over text. In a glob `*` matches any run of characters, `/` too. */
export type TextPattern =
  | { readonly type: "exact"; readonly text: string }
  | { readonly type: "glob"; readonly glob: string }
  | { readonly type: "regexp"; readonly source: string; readonly flags: string };

/** The value of a span's attribute, as far as a checkpoint can ask for it. */
export type AttributeValue = string | number | boolean;

/** A condition on one attribute: a pattern over its text, or the value itself. */
export interface AttributePattern {
  readonly key: string;
  readonly value: TextPattern | number | boolean;
}

/** Which spans a checkpoint means. Every part that is set must hold. */
export interface SpanMatch {
  readonly name: TextPattern;
  readonly service: string | undefined;
  readonly kind: SpanKind | undefined;
  readonly attributes: readonly AttributePattern[];
}

/** A named place in an actor's life, as an entry of an order. */
export interface Checkpoint {
  /** The place in the order, all steps' checkpoints counted from 0. */
  readonly index: number;
  readonly actor: string;
  readonly phase: Phase;
  /** Present for `before` and `after`. */
  readonly span: SpanMatch | undefined;
  /** The occurrence counted from the actor's start, from 1; `undefined` is the next one. */
  readonly nth: number | undefined;
  /** How its process stops the actor; `undefined` leaves it to the process. */
  readonly hold: HoldMode | undefined;
  /** May legally never come. */
  readonly ifReached: boolean;
}

/** Checkpoints that are awaited together, in any sequence. Most steps have one. */
export type Step = readonly Checkpoint[];

/** The connection to a database that serves a call, by the number that the database gives it. */
export interface DatabaseSession {
  /** As OpenTelemetry names it: `postgresql`, `mysql`. */
  readonly system: string;
  readonly id: number;
  /** `ADDRESS:PORT` of the connection's other end, as its process sees it; empty where it has none, as a Unix socket. */
  readonly server: string;
}

/** What an agent tells of a span: of statements, headers and queries only what a rule or a run's options name. */
export interface SpanFacts {
  readonly name: string;
  readonly kind: SpanKind;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Empty for a root span. */
  readonly parentSpanId: string;
  /** The instrumentation scope, such as `@opentelemetry/instrumentation-pg`. */
  readonly scope: string;
  /** `host:port` of the other side of a client's call, or empty. */
  readonly peer: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** True when its instrumentation never ends it. */
  readonly endless: boolean;
  /** Of a call to a database whose driver tells it. */
  readonly session: DatabaseSession | undefined;
}

/** One thread of a process under test that has an agent. */
export interface AgentRef {
  readonly instance: string;
  readonly service: string;
  readonly pid: number;
}

/** An actor that stands at a gate. */
export interface Arrival {
  /** Unique within its agent's instance. */
  readonly id: number;
  readonly actor: string;
  readonly phase: "before" | "after";
  /** Indices of the checkpoints whose span and phase it matches. */
  readonly checkpoints: readonly number[];
  readonly span: SpanFacts;
  readonly agent: AgentRef;
  readonly mode: HoldMode;
}

/** A span that no gate stopped. */
export interface PassedSpan {
  readonly actor: string;
  readonly phase: "before" | "after";
  readonly span: SpanFacts;
  readonly agent: AgentRef;
  /** When, in milliseconds by the coordinator's clock; absent where it has just been told. */
  readonly atMs?: number;
}

/** An actor's call that waits for a lock which other actors have. */
export interface LockWait {
  readonly actor: string;
  /** The call, which has begun and not ended. */
  readonly call: PassedSpan;
  /** What it waits for, in the database's words, such as `ShareLock on transactionid`. */
  readonly lock: string;
  /** The actors that have it, or stand in front of it in the queue. */
  readonly by: readonly string[];
  /** Their sessions; known to the coordinator only. */
  readonly sessions: readonly DatabaseSession[];
}

/** The outcome of one checkpoint of a step. */
export interface Reached {
  readonly checkpoint: Checkpoint;
  /** False for an `ifReached` checkpoint that did not come. */
  readonly reached: boolean;
  /** Absent for `started`, `finished`, `blocked` and what was not reached. */
  readonly arrival: Arrival | undefined;
  /** For `blocked`; absent where that was concluded from standing still. */
  readonly wait: LockWait | undefined;
}

/** One checkpoint as the agents need it. */
export interface Rule {
  readonly checkpoint: number;
  readonly phase: "before" | "after";
  readonly span: SpanMatch;
  /** `undefined` leaves it to the agent. */
  readonly hold: HoldMode | undefined;
}

/** An actor and the rules that stop it. */
export interface ActorRules {
  readonly runId: string;
  readonly actor: string;
  /** 32 hex digits. */
  readonly traceId: string;
  readonly rules: readonly Rule[];
  /** True when its calls to databases are told as soon as they begin. */
  readonly watchesLocks?: boolean;
  /** Attributes that are told of its spans, beside those that hold no statement, no header and no query. */
  readonly recordAttributes?: readonly string[];
  /** Set while an actor that no starter begins has not been found: the next root span like this one begins it. */
  readonly adopt?: SpanMatch | undefined;
}

/** An actor that no starter begins. */
export interface AdoptedActor {
  readonly actor: string;
  /** The root span that begins it. */
  readonly span: SpanMatch;
}
