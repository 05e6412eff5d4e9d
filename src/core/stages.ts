// How a run comes from one stage to the next.
import type { Failure } from "./errors.js";
import type { Output } from "./messages.js";
import { release } from "./moves.js";
import { actorOf, type Run, refile } from "./run.js";

/** Somebody has been let go: nothing more happens before he is there. */
export function waitFor(run: Run, stage: Run["stage"], stalls: boolean, out: Output[]): void {
  run.stage = stage;
  run.locks = "unknown";
  out.push({ type: "turn", stalls });
}

/** What the step names is reached: the request is answered if that is what it asked for. */
export function completeStep(run: Run, out: Output[]): void {
  const step = run.order[run.position] ?? [];
  const reached = step.flatMap((it) => actorOf(run, it).outcomes.get(it.index) ?? []);
  out.push({ type: "reached", reached });
  run.position += 1;
  for (const checkpoint of step) refile(run, actorOf(run, checkpoint));
  run.stage = { type: "idle" };
  // The step came while its diagnosis was being made: the diagnosis is void.
  run.awaiting = "nothing";
  const { goal } = run;
  if (goal?.type === "next" || (goal?.type === "skipTo" && step.some(({ index }) => index === goal.checkpoint))) {
    run.goal = undefined;
    out.push({ type: "answer", reached });
  }
}

export function fail(run: Run, failure: Failure, out: Output[]): void {
  over(run, failure, out);
  out.push({ type: "failed", failure });
}

/** Lets everything go. */
export function over(run: Run, failure: Failure | undefined, out: Output[]): void {
  run.stage = { type: "over", failure };
  run.goal = undefined;
  for (const actor of run.actors.values()) release(actor, [...actor.holds.values()], out);
}
