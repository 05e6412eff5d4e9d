// One actor of a run: where it is in its life, where it stands, and what it has passed.
import { carriesActor, noteEntry, noteMessage } from "./in-flight.js";
import type { Arrival, Checkpoint, LockWait, PassedSpan, Reached, SpanMatch } from "./model.js";

/**
 * The life of an actor. `begun` means held at its start: `started` was reached, its action has not begun.
 */
export type Life =
  | { readonly type: "waiting" }
  | { readonly type: "begun" }
  | { readonly type: "running" }
  | { readonly type: "ended"; readonly error: string | undefined };

export interface ActorState {
  readonly name: string;
  /** The root span that begins it, where no starter does. */
  readonly adopts: SpanMatch | undefined;
  life: Life;
  /** The actor's checkpoints in the order's sequence. */
  readonly checkpoints: readonly Checkpoint[];
  /** The arrival that reached a checkpoint, by the checkpoint's index. */
  readonly outcomes: Map<number, Reached>;
  /** How many spans matched a checkpoint since the actor's start, by the checkpoint's index. */
  readonly seen: Map<number, number>;
  /** Arrivals that wait, by {@link holdKey}. */
  readonly holds: Map<string, Arrival>;
  /** The lock that it waits for, as a probe has seen it. */
  wait: LockWait | undefined;
  /** True while the actor was let go and made no progress for `stallMs`. */
  stalled: boolean;
  /** What passed since the last checkpoint, oldest first; at most {@link passedLimit}. */
  passed: PassedSpan[];
  passedUntold: number;
  /** Spans that have begun and not ended, by span id. */
  readonly open: Map<string, PassedSpan>;
  /** Listed checkpoints that the actor passed before their place. */
  readonly missed: Map<number, PassedSpan>;
  /** Why a listed checkpoint could not be gated, by its index. */
  readonly ungateable: Map<number, string>;
  /** Calls over HTTP or gRPC that no agent has seen come in, by the client's span id. */
  readonly unanswered: Map<string, PassedSpan>;
  /** The parents of the server spans that agents have seen: the calls that did come in. */
  readonly entered: Set<string>;
  /** Messages that no agent has seen a consumer take, by the producer's span id. */
  readonly inFlight: Map<string, PassedSpan>;
  /** The parents of the consumer spans that agents have seen: the messages that were taken. */
  readonly taken: Set<string>;
  /** The server's or consumer's span that a span of the actor is under, or is itself, by the span's id. */
  readonly entryOf: Map<string, string>;
  /** True when its end was awaited for too long: what it still does is not waited for any more. */
  isGivenUp: boolean;
  /** True when all agents have told all since its action ended, it was let go, and it passed a span. */
  isTold: boolean;
  /** Root spans of nobody that began while the actor was to be adopted, and were not it, by name. */
  readonly unclaimed: Map<string, PassedSpan>;
  /** True as soon as an agent has told of a span of the actor. */
  visible: boolean;
  /** host:port of what its function called, as far as the runner told. */
  called: readonly string[];
}

const passedLimit = 40;
const openLimit = 1_000;
const callsLimit = 1_000;
const unclaimedLimit = 30;

/** An actor that has not begun. */
export function newActor(name: string, checkpoints: readonly Checkpoint[], adopts: SpanMatch | undefined): ActorState {
  return {
    name,
    adopts,
    life: { type: "waiting" },
    checkpoints,
    outcomes: new Map(),
    seen: new Map(),
    holds: new Map(),
    wait: undefined,
    stalled: false,
    passed: [],
    passedUntold: 0,
    open: new Map(),
    missed: new Map(),
    ungateable: new Map(),
    unanswered: new Map(),
    entered: new Set(),
    inFlight: new Map(),
    taken: new Set(),
    entryOf: new Map(),
    isGivenUp: false,
    isTold: false,
    unclaimed: new Map(),
    visible: false,
    called: [],
  };
}

/** Remembers a root span that might have been meant, within bounds. */
export function noteUnclaimed({ unclaimed }: ActorState, root: PassedSpan): void {
  if (unclaimed.size < unclaimedLimit) unclaimed.set(root.span.name, root);
}

/** Takes in a span: whether it is open, its call or message, and for diagnosis that it passed. All within bounds. */
export function notePassed(actor: ActorState, passed: PassedSpan): void {
  actor.visible = true;
  actor.isTold = false;
  if (passed.phase === "before") {
    if (actor.open.size < openLimit) actor.open.set(passed.span.spanId, passed);
  } else {
    actor.open.delete(passed.span.spanId);
  }
  noteEntry(actor, passed);
  noteCall(actor, passed);
  noteMessage(actor, passed);
  if (actor.passed.length === passedLimit) {
    actor.passed.shift();
    actor.passedUntold += 1;
  }
  actor.passed.push(passed);
}

// A client's span and the server's span that answers it come from two agents, in any sequence.
function noteCall(actor: ActorState, passed: PassedSpan): void {
  const { kind, scope, spanId, parentSpanId } = passed.span;
  if (kind === "server") {
    if (actor.entered.size < callsLimit) actor.entered.add(parentSpanId);
    actor.unanswered.delete(parentSpanId);
  } else if (kind === "client" && carriesActor.test(scope) && !actor.entered.has(spanId)) {
    if (actor.unanswered.size < callsLimit) actor.unanswered.set(spanId, passed);
  }
}

/** The spans of the actor that have begun and not ended, and have no such span under them: where its branches are. */
export function innermostOf({ open }: ActorState): readonly PassedSpan[] {
  const parents = new Set([...open.values()].map(({ span }) => span.parentSpanId));
  return [...open.values()].filter(({ span }) => !parents.has(span.spanId));
}
