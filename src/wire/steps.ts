// Steps that a person lets go on, between the wire and the core.
import type { Move } from "../core/by-hand.js";
import type { Goal } from "../core/messages.js";
import { type RunStep, type StepGoal, StepKind, StepState } from "../gen/spangate/v1/runner.js";

const kinds: Readonly<Record<Goal["type"], StepKind>> = {
  next: StepKind.NEXT,
  skipTo: StepKind.SKIP_TO,
  finish: StepKind.FINISH,
};
const states: Readonly<Record<Move["type"], StepState>> = {
  test: StepState.TEST,
  person: StepState.WAITING,
  run: StepState.RUNNING,
};

/** Whose move it is in a run, as those see it who look on. */
export interface SeenStep {
  readonly runId: string;
  /** Of the step that waits, or that waited last. */
  readonly number: number;
  readonly state: Move["type"];
  /** What the test asked for. */
  readonly wanted: Goal | undefined;
}

export function goalToWire(goal: Goal): StepGoal {
  return { kind: kinds[goal.type], checkpoint: goal.type === "skipTo" ? goal.checkpoint : 0 };
}

/** `undefined` for one that this version does not know. */
export function goalFromWire(goal: StepGoal | undefined): Goal | undefined {
  switch (goal?.kind) {
    case StepKind.NEXT:
      return { type: "next" };
    case StepKind.SKIP_TO:
      return { type: "skipTo", checkpoint: goal.checkpoint };
    case StepKind.FINISH:
      return { type: "finish" };
    default:
      return undefined;
  }
}

export function stepToWire(runId: string, number: number, move: Move): RunStep {
  return {
    runId,
    number,
    state: states[move.type],
    wanted: move.type === "test" ? undefined : goalToWire(move.wanted),
  };
}

export function stepFromWire({ runId, number, state, wanted }: RunStep): SeenStep {
  const known = state === StepState.WAITING ? "person" : state === StepState.RUNNING ? "run" : "test";
  return { runId, number, state: known, wanted: goalFromWire(wanted) };
}
