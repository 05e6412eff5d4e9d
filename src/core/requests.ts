// What may be asked of a run now.
import { UsageError } from "./errors.js";
import type { Goal } from "./messages.js";
import type { Run } from "./run.js";

/** @throws {UsageError} RunnerEnded, RunnerBusy, or BadOrder for a checkpoint that is not ahead */
export function checkRequest(run: Run, goal: Goal): void {
  if (run.stage.type === "over") {
    const { failure } = run.stage;
    throw new UsageError(
      "RunnerEnded",
      failure
        ? `The run has failed already: ${failure.message}`
        : "The run has ended. Make a new runner for another run.",
    );
  }
  if (run.goal) throw new UsageError("RunnerBusy", "A step of this run is under way. Await it before the next.");
  if (goal.type === "skipTo") checkAhead(run, goal.checkpoint);
}

/**
 * @param call what is said of the actor too early
 * @throws {UsageError} UnknownStarter, or NeverBegan
 */
export function checkBegun(run: Run, actor: string, call: string): void {
  const life = run.actors.get(actor)?.life;
  if (!life) {
    const names = [...run.actors.keys()].map((name) => `"${name}"`).join(", ");
    throw new UsageError("UnknownStarter", `The run has no starter "${actor}". It has ${names}.`);
  }
  // Of a run that is over nothing begins any more, and nobody has to know that.
  if (run.stage.type !== "over" && (life.type === "waiting" || life.type === "begun"))
    throw new UsageError("NeverBegan", `"${actor}" has not begun: say ${call} behind its \`begin\` event.`);
}

function checkAhead(run: Run, checkpoint: number): void {
  const step = run.stepOf[checkpoint];
  if (step === undefined)
    throw new UsageError("BadOrder", `The order has no checkpoint ${checkpoint}: it has ${run.checkpoints.length}.`);
  if (step < run.position)
    throw new UsageError("BadOrder", "skipTo: that checkpoint's place in the order is past. A run goes only forward.");
}
