// Nothing is concluded from silence: what every agent is asked before a decision about those who have ended.
import type { Output } from "./messages.js";
import { type ActorState, actorOf, missingOf, type Run } from "./run.js";

/** An actor that ended may have spans that end after it (a server's span ends when its client has the answer). */
export function concludeEnded(run: Run, out: Output[]): void {
  if (run.awaiting !== "nothing" || ![...actorsOfStep(run)].some(isPast)) return;
  ask(run, "conclusion", out);
}

/** Has every agent tell all it knows, for a decision about those who have ended by now. */
export function ask(run: Run, awaiting: "conclusion" | "stall" | "diagnosis", out: Output[]): void {
  run.awaiting = awaiting;
  run.concluding = new Set([...actorsOfStep(run)].filter(isPast));
  out.push({ type: "sync" });
}

/** True when the actor has ended, no span of it is open, and every message that it sent has been taken. */
export function isPast(actor: ActorState): boolean {
  return actor.life.type === "ended" && actor.open.size === 0 && actor.inFlight.size === 0;
}

/** The actors of the current step's checkpoints that have no outcome yet. */
export function actorsOfStep(run: Run): ReadonlySet<ActorState> {
  return new Set(missingOf(run).map((checkpoint) => actorOf(run, checkpoint)));
}
