// What a step makes of actors that wait for locks.
import type { ActorState } from "./actor-state.js";
import type { Failure } from "./errors.js";
import { deadlock } from "./failures.js";
import { chainToHeld } from "./locks.js";
import type { LockWait } from "./model.js";
import { giveUp, reach } from "./moves.js";
import { actorOf, armedOf, missingOf, type Run } from "./run.js";

/**
 * Reaches `blocked`, and gives up what can never come while somebody else is held.
 * @returns why the step can never be complete, where that is so
 */
export function concludeWaits(run: Run): Failure | undefined {
  // Somebody may have been freed, and have come to stand elsewhere, since the probe was asked.
  if (run.waitsAsOf !== run.moves) return undefined;
  for (const checkpoint of missingOf(run)) {
    const actor = actorOf(run, checkpoint);
    const { wait } = actor;
    if (!wait) continue;
    if (checkpoint.phase === "blocked") {
      if (armedOf(run, actor).includes(checkpoint)) reach(actor, checkpoint, undefined, wait);
      continue;
    }
    const chain = isMeant(actor, wait) ? undefined : chainToHeld(run, actor);
    if (!chain) continue;
    if (!checkpoint.ifReached) return deadlock(run, actor, checkpoint, chain);
    giveUp(run, checkpoint);
  }
  return undefined;
}

// Whoever lists that the actor waits here knows it, and may want to see the wait end by a time-out of the database.
function isMeant({ outcomes }: ActorState, { call, by }: LockWait): boolean {
  return [...outcomes.values()].some(
    ({ wait }) => wait?.call.span.spanId === call.span.spanId && by.every((name) => wait.by.includes(name)),
  );
}
