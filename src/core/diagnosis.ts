// Why a step cannot complete: finds the cause among the facts. The wording is in failures.ts.

import type { ActorState } from "./actor-state.js";
import type { Failure } from "./errors.js";
import * as failures from "./failures.js";
import { chainToHeld } from "./locks.js";
import type { Checkpoint } from "./model.js";
import { actorOf, missingOf, type Run } from "./run.js";
import { findStarvation, suspectStarvation } from "./starvation.js";
import type { Surroundings } from "./surroundings.js";

/** The cause when an actor has ended, or met an obstacle, without a checkpoint of the current step. */
export function diagnoseMissing(run: Run, checkpoint: Checkpoint, surroundings: Surroundings | undefined): Failure {
  const actor = actorOf(run, checkpoint);
  const reason = actor.ungateable.get(checkpoint.index);
  if (reason !== undefined) return failures.notGateable(run, actor, checkpoint, reason);
  if (actor.life.type === "ended" && actor.life.error !== undefined) {
    return run.lastDeath
      ? failures.processDied(run.lastDeath, actor.life.error)
      : failures.starterCrashed(run, actor, checkpoint, actor.life.error);
  }
  if (!actor.visible) return failures.noAgent(run, actor, checkpoint, surroundings ?? {});
  return failures.checkpointNotReached(run, actor, checkpoint);
}

/** The cause when a turn took too long. */
export function diagnose(run: Run, surroundings: Surroundings): Failure {
  const [missing] = missingOf(run);
  const actor = whoIsWaitedFor(run, missing);
  if (!actor) return failures.stepTimedOut(run, undefined, missing, surroundings.silent);
  if (missing && actor.life.type === "ended" && actor.life.error !== undefined) {
    return diagnoseMissing(run, missing, surroundings);
  }
  if (run.stage.type === "stepping" && actor.holds.size > 0) return failures.heldElsewhere(run, actor, missing);
  const frozen = diagnoseFrozen(run, actor, surroundings);
  if (frozen) return frozen;
  const chain = missing && chainToHeld(run, actor);
  if (chain) return failures.deadlock(run, actor, missing, chain);
  if (!actor.visible && actor.adopts) return failures.neverBegan(run, actor, actor.adopts, surroundings.agents);
  if (!actor.visible && missing?.span) return failures.noAgent(run, actor, missing, surroundings);
  const starvation = findStarvation(run, actor, surroundings) ?? suspectStarvation(run, actor);
  if (starvation) return failures.starved(run, actor, missing, starvation);
  return failures.stepTimedOut(run, actor, missing, surroundings.silent);
}

/** Whether others, by being held, keep the actor from what it needs: a process, a connection, a socket. No guesses. */
export function diagnoseKept(
  run: Run,
  actor: ActorState,
  checkpoint: Checkpoint,
  surroundings: Surroundings,
): Failure | undefined {
  const starvation = findStarvation(run, actor, surroundings);
  return (
    diagnoseFrozen(run, actor, surroundings) ?? (starvation && failures.starved(run, actor, checkpoint, starvation))
  );
}

/** Whether the actor waits for a process that another actor's hold has stopped. */
function diagnoseFrozen(run: Run, actor: ActorState, surroundings: Surroundings): Failure | undefined {
  const called = surroundings.frozen.find((thread) => calls(actor, thread.agent.ports));
  if (called) return failures.frozen(run, actor, called, "fact");
  const likely = surroundings.frozen.find(({ by }) => by !== actor.name);
  return likely && isNowhere(actor, surroundings) ? failures.frozen(run, actor, likely, "likely") : undefined;
}

function whoIsWaitedFor(run: Run, missing: Checkpoint | undefined): ActorState | undefined {
  switch (run.stage.type) {
    case "settling":
      return run.stage.actor;
    case "closing":
      return [...run.alive][0];
    case "stepping":
      return missing && actorOf(run, missing);
    case "idle":
    case "over":
      return undefined;
  }
}

// A call that has begun and not ended, toward a port of the frozen process.
function calls(actor: ActorState, ports: readonly number[]): boolean {
  return [...actor.open.values()].some(
    ({ span }) => span.kind === "client" && ports.some((port) => span.peer.endsWith(`:${port}`)),
  );
}

// The actor is inside no thread that could go on.
function isNowhere(actor: ActorState, { frozen }: Surroundings): boolean {
  const stopped = new Set(frozen.map(({ agent }) => agent.instance));
  return [...actor.open.values()].every(({ agent }) => stopped.has(agent.instance));
}
