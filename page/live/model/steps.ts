// What a person may do about a run now, and why not.
import type { LiveCheckpoint, LiveGoal, LiveStep } from "../../../src/ui/protocol.ts";
import type { RunView } from "./run.ts";
import type { RunSummary } from "./runs.ts";

/** A line that says whose move it is. */
export interface Turn {
  readonly mover: "person" | "test" | "run" | "nobody";
  readonly text: string;
}

export function turnOf(summary: RunSummary | undefined, view: RunView | undefined): Turn {
  if (view?.failure) return { mover: "nobody", text: `The run has failed: ${view.failure.code}` };
  if (!summary?.isOpen) return { mover: "nobody", text: "The run is over" };
  const { state, wanted } = summary.step;
  const call = wanted ? callOf(wanted, view?.run.order) : "";
  if (state === "person") return { mover: "person", text: `Your move: the test has called ${call}` };
  if (state === "run") return { mover: "run", text: `Under way: ${call}` };
  return { mover: "test", text: "The test has the turn" };
}

/** As the test has called it. */
export function callOf(goal: LiveGoal, order: readonly LiveCheckpoint[] = []): string {
  if (goal.type !== "skipTo") return `${goal.type}()`;
  return `skipTo(${order[goal.checkpoint]?.code ?? "…"})`;
}

/** The checkpoints to which one may skip: ahead, and not beyond what the test asked for. */
export function choicesOf({ wanted }: LiveStep, { run, position }: RunView): readonly LiveCheckpoint[] {
  const limit =
    wanted?.type === "next"
      ? position
      : wanted?.type === "skipTo"
        ? (run.order[wanted.checkpoint]?.step ?? position)
        : Number.POSITIVE_INFINITY;
  return run.order.filter(({ step }) => step >= position && step <= limit);
}

/** What `next` does, in words. */
export function nextText({ next, run }: RunView): string {
  const [first, ...others] = next;
  if (!first) return run.order.length > 0 ? "every actor runs to its end" : "the run goes on";
  return others.length > 0 ? `${first.code} and ${others.length} more` : first.code;
}
