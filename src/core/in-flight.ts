// What outlives an actor's action, because its starter does not wait for it: what it has left in queues, and what it does
// behind its answer.
import type { ActorState } from "./actor-state.js";
import type { PassedSpan, SpanFacts } from "./model.js";

/** Instrumentations whose clients' spans have servers' spans under them. */
export const carriesActor = /instrumentation-(http|undici|grpc)$/;
const messagesLimit = 1_000;
const entriesLimit = 10_000;
// Their producers' spans are the parents of no consumer's span, so whether the message was taken is never seen.
const losesActor = /instrumentation-(aws-sdk|socket\.io)$/;

/** A producer's span and the consumer's span under it come from two agents, in any sequence. */
export function noteMessage(actor: ActorState, passed: PassedSpan): void {
  const { kind, scope, spanId, parentSpanId } = passed.span;
  if (kind === "consumer") {
    if (actor.taken.size < messagesLimit) actor.taken.add(parentSpanId);
    actor.inFlight.delete(parentSpanId);
  } else if (kind === "producer" && !losesActor.test(scope) && !actor.taken.has(spanId)) {
    if (actor.inFlight.size < messagesLimit) actor.inFlight.set(spanId, passed);
  }
}

/** Under which request or message a span is: known as long as its parents are, within bounds. */
export function noteEntry({ entryOf }: ActorState, { phase, span }: PassedSpan): void {
  if (phase !== "before" || entryOf.size >= entriesLimit) return;
  const isEntry = span.kind === "server" || span.kind === "consumer";
  const entry = isEntry ? span.spanId : entryOf.get(span.parentSpanId);
  if (entry !== undefined) entryOf.set(span.spanId, entry);
}

/** True while the actor, whose action has ended, has something left to do, or its agents have not told that it has not. */
export function livesOn(actor: ActorState): boolean {
  return !actor.isGivenUp && (!actor.isTold || isBusy(actor));
}

/** True when only the agents can say whether an actor, whose action has ended, still does something. */
export function mayHaveEnded({ life, isTold, isGivenUp, holds, inFlight }: ActorState): boolean {
  return life.type === "ended" && !isTold && !isGivenUp && holds.size === 0 && inFlight.size === 0;
}

function isBusy(actor: ActorState): boolean {
  const { holds, inFlight, open } = actor;
  return (
    holds.size > 0 ||
    inFlight.size > 0 ||
    [...open.values()].some(({ span }) => !span.endless && !isAwaited(actor, span))
  );
}

/** True when a span of the actor is open whose end will come. */
export function hasOpen({ open }: ActorState): boolean {
  return [...open.values()].some(({ span }) => !span.endless);
}

// A server's span ends when its client has the answer, and a client's when that has been read: its starter saw to that,
// unless the request that made the call has been answered before. Then the server that the call has come to tells when
// it is over, or the call itself until that is known.
function isAwaited(actor: ActorState, span: SpanFacts): boolean {
  if (span.kind === "server") {
    const call = actor.open.get(span.parentSpanId);
    return !call || !isLeftBehind(actor, call.span);
  }
  if (span.kind !== "client" || !carriesActor.test(span.scope)) return false;
  return !isLeftBehind(actor, span) || actor.entered.has(span.spanId);
}

function isLeftBehind({ entryOf, open }: ActorState, { spanId }: SpanFacts): boolean {
  const entry = entryOf.get(spanId);
  return entry !== undefined && !open.has(entry);
}
