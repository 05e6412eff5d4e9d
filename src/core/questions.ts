// Nothing is concluded from silence: what every agent is asked before a decision about those who have ended.

import type { ActorState } from "./actor-state.js";
import { hasOpen, mayHaveEnded } from "./in-flight.js";
import type { Output } from "./messages.js";
import { reachEnd } from "./moves.js";
import { actorOf, missingOf, type Run, refile } from "./run.js";

/** An actor that ended may have spans that end after it (a server's span ends when its client has the answer). */
export function concludeEnded(run: Run, out: Output[]): void {
  concludeOutlived(run, out);
  if (run.awaiting === "nothing" && [...actorsOfStep(run)].some(isPast)) ask(run, "conclusion", out);
}

/** Nobody waits for what an actor does behind its answer, so only its agents know whether it does more. */
export function concludeOutlived(run: Run, out: Output[]): void {
  if (run.awaiting === "nothing" && [...run.actors.values()].some(mayHaveEnded)) ask(run, "end", out);
}

/** All agents have told all: whoever has ended and does nothing more has come to its end. */
export function noteTold(run: Run): void {
  for (const actor of run.concluding) {
    actor.isTold = true;
    reachEnd(run, actor);
    refile(run, actor);
  }
}

/** Has every agent tell all it knows, for a decision about those who have ended by now. */
export function ask(run: Run, awaiting: Exclude<Run["awaiting"], "nothing">, out: Output[]): void {
  run.awaiting = awaiting;
  run.concluding = new Set(
    awaiting === "end" ? [...run.actors.values()].filter(mayHaveEnded) : [...actorsOfStep(run)].filter(isPast),
  );
  out.push({ type: "sync" });
}

/** True when the actor has ended, no span of it is open, and every message that it sent has been taken. */
export function isPast(actor: ActorState): boolean {
  return actor.life.type === "ended" && !hasOpen(actor) && actor.inFlight.size === 0;
}

/** The actors of the current step's checkpoints that have no outcome yet. */
export function actorsOfStep(run: Run): ReadonlySet<ActorState> {
  return new Set(missingOf(run).map((checkpoint) => actorOf(run, checkpoint)));
}
