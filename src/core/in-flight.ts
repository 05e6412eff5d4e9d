// What an actor has left in queues: nobody of those who sent it waits for it, so it outlives the actor's action.
import type { ActorState } from "./actor-state.js";
import type { PassedSpan } from "./model.js";

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

/** True while a message of the actor is on its way, or in a consumer's hands. */
export function livesOn(actor: ActorState): boolean {
  return actor.inFlight.size > 0 || [...actor.open.values()].some(({ span }) => span.kind === "consumer");
}
