// What outlives an actor's action, because its starter does not wait for it: what it has left in queues, and what it does
// behind its answer.
import type { ActorState } from "./actor-state.js";
import type { PassedSpan, SpanFacts } from "./model.js";

/** Instrumentations whose clients' spans have servers' spans under them. */
export const carriesActor = /instrumentation-(http|undici|grpc)$/;
const messagesLimit = 1_000;
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

/** True while the actor, whose action has ended, has something left to do, or its agents have not told that it has not. */
export function livesOn(actor: ActorState): boolean {
  return !actor.isTold || isBusy(actor);
}

/** True when only the agents can say whether an actor, whose action has ended, still does something. */
export function mayHaveEnded({ life, isTold, holds, inFlight }: ActorState): boolean {
  return life.type === "ended" && !isTold && holds.size === 0 && inFlight.size === 0;
}

function isBusy({ holds, inFlight, open }: ActorState): boolean {
  return (
    holds.size > 0 || inFlight.size > 0 || [...open.values()].some(({ span }) => !span.endless && !isAwaited(span))
  );
}

/** True when a span of the actor is open whose end will come. */
export function hasOpen({ open }: ActorState): boolean {
  return [...open.values()].some(({ span }) => !span.endless);
}

// A server's span ends when its client has the answer, and a client's when that has been read: its starter saw to that.
function isAwaited({ kind, scope }: SpanFacts): boolean {
  return kind === "server" || (kind === "client" && carriesActor.test(scope));
}
