// What becomes of actors that make no progress (R11); who moves next is decided in turns.ts.

import type { ActorState } from "./actor-state.js";
import { diagnoseFrozen } from "./diagnosis.js";
import type { Failure } from "./errors.js";
import type { Output } from "./messages.js";
import { giveUp, reachEnd } from "./moves.js";
import { actorOf, isGoingOn, isSettled, missingOf, type Run, refile } from "./run.js";
import type { Surroundings } from "./surroundings.js";

/** Others need not wait for the actor any more. */
export function standStill(run: Run, actor: ActorState, out: Output[]): void {
  if (!actor.stalled && isGoingOn(actor)) out.push({ type: "stalled", actor: actor.name });
  actor.stalled = true;
  refile(run, actor);
}

/** A message that nobody takes, and a span that does not end, keep no actor from its end. */
export function endStalled(run: Run, out: Output[]): void {
  const left = missingOf(run).filter(({ phase }) => phase === "finished");
  for (const actor of left.map((finished) => actorOf(run, finished))) {
    if (actor.life.type !== "ended" || isSettled(actor)) continue;
    standStill(run, actor, out);
    reachEnd(run, actor);
  }
}

/** Gives up what may never come. A process that a hold has stopped would make any code look repaired: that is a failure. */
export function giveUpStalled(run: Run, surroundings: Surroundings, out: Output[]): Failure | undefined {
  for (const checkpoint of missingOf(run)) {
    const actor = actorOf(run, checkpoint);
    const failure = diagnoseFrozen(run, actor, surroundings);
    if (failure) return failure;
    giveUp(run, checkpoint);
    standStill(run, actor, out);
  }
  return undefined;
}
