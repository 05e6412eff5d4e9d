// What becomes of actors that make no progress (R11); who moves next is decided in turns.ts.

import type { ActorState } from "./actor-state.js";
import { diagnoseKept } from "./diagnosis.js";
import type { Failure } from "./errors.js";
import type { Output } from "./messages.js";
import { giveUp, reach, reachEnd } from "./moves.js";
import { actorOf, isGoingOn, missingOf, type Run, refile } from "./run.js";
import type { Surroundings } from "./surroundings.js";

/** Others need not wait for the actor any more. */
export function standStill(run: Run, actor: ActorState, out: Output[]): void {
  if (!actor.stalled && isGoingOn(actor)) out.push({ type: "stalled", actor: actor.name });
  actor.stalled = true;
  refile(run, actor);
}

/** Without a probe, an actor that makes no progress is taken to wait for a lock: a guess. */
export function blockStalled(run: Run, out: Output[]): void {
  for (const checkpoint of missingOf(run).filter(({ phase }) => phase === "blocked")) {
    const actor = actorOf(run, checkpoint);
    if (!isGoingOn(actor) || actor.holds.size > 0) continue;
    standStill(run, actor, out);
    reach(actor, checkpoint, undefined);
  }
}

/** A message that nobody takes, and a span that does not end, keep no actor from its end. */
export function endStalled(run: Run, out: Output[]): void {
  const left = missingOf(run).filter(({ phase }) => phase === "finished");
  for (const actor of left.map((finished) => actorOf(run, finished))) {
    if (actor.life.type !== "ended" || actor.stalled || actor.holds.size > 0 || !isGoingOn(actor)) continue;
    standStill(run, actor, out);
    reachEnd(run, actor);
  }
}

/**
 * Where nothing is waited for but what actors do behind the ends of their actions, such as a loop that a request has
 * started, that is not waited for any more.
 * @returns false where something else is waited for
 */
export function giveUpEnds(run: Run, out: Output[]): boolean {
  const actors = whoseEnds(run);
  if (actors.length === 0 || !actors.every(({ life, holds }) => life.type === "ended" && holds.size === 0))
    return false;
  for (const actor of actors) {
    standStill(run, actor, out);
    actor.isGivenUp = true;
    reachEnd(run, actor);
    refile(run, actor);
  }
  return true;
}

// Who has only to end for the turn to be over.
function whoseEnds(run: Run): readonly ActorState[] {
  if (run.stage.type === "settling") return [run.stage.actor];
  const missing = run.stage.type === "stepping" ? missingOf(run) : [];
  return missing.every(({ phase }) => phase === "finished") ? missing.map((finished) => actorOf(run, finished)) : [];
}

/**
 * Gives up what may never come. A process that a hold has stopped, and a pool that holds have emptied, would make any code
 * look repaired: that is a failure. What may be a mutex of the application may be the repair itself.
 */
export function giveUpStalled(run: Run, surroundings: Surroundings, out: Output[]): Failure | undefined {
  for (const checkpoint of missingOf(run)) {
    const actor = actorOf(run, checkpoint);
    const failure = diagnoseKept(run, actor, checkpoint, surroundings);
    if (failure) return failure;
    giveUp(run, checkpoint);
    standStill(run, actor, out);
  }
  return undefined;
}
