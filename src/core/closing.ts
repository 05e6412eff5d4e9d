// The end of a run: behind the last step of the order everybody runs to his end.
import type { Failure } from "./errors.js";
import { nothingHeld, processDied } from "./failures.js";
import type { Output } from "./messages.js";
import { letGo } from "./moves.js";
import { ask } from "./questions.js";
import type { Run } from "./run.js";
import { fail, waitFor } from "./stages.js";

/** Begins who has not begun, waits for who has not ended. True when there is nothing more to do now. */
export function closeDown(run: Run, out: Output[]): boolean {
  for (const actor of run.alive) {
    if (actor.life.type !== "waiting") continue;
    letGo(run, actor, [], out);
    return false;
  }
  if (run.alive.size > 0) {
    waitFor(run, { type: "closing" }, false, out);
    return true;
  }
  const failure = failureAtEnd(run, out);
  if (failure === "unknown") return true;
  if (failure) {
    fail(run, failure, out);
    return true;
  }
  run.goal = undefined;
  run.stage = { type: "over", failure: undefined };
  out.push({ type: "answer", reached: [] });
  return true;
}

// A starter's error may be a process's death, of which the coordinator hears on another way: all agents are asked first.
function failureAtEnd(run: Run, out: Output[]): Failure | "unknown" | undefined {
  const errors = [...run.actors.values()].flatMap(({ life }) =>
    life.type === "ended" && life.error ? [life.error] : [],
  );
  if (errors.length > 0 && !run.endIsKnown) {
    run.endIsKnown = true;
    waitFor(run, { type: "closing" }, false, out);
    ask(run, "conclusion", out);
    return "unknown";
  }
  if (errors.length > 0 && run.lastDeath) return processDied(run.lastDeath, errors[0]);
  return !run.everHeld && run.checkpoints.some(({ span }) => span) ? nothingHeld(run) : undefined;
}
