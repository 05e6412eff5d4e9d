// Stepping by hand: a person lets the steps go on that a test asks for. Whose move it is, and how far a step may go.
import { UsageError } from "./errors.js";
import type { Goal } from "./messages.js";

/** Whose move it is in a run. */
export type Move =
  /** No step is under way. */
  | { readonly type: "test" }
  /** A step waits for a person. */
  | { readonly type: "person"; readonly wanted: Goal }
  /** A step is under way, as far as `goal`; the test has asked for `wanted`. */
  | { readonly type: "run"; readonly wanted: Goal; readonly goal: Goal };

export const testsMove: Move = { type: "test" };

/** The test asks for a step. */
export function ask(wanted: Goal, isByHand: boolean): Exclude<Move, { readonly type: "test" }> {
  return isByHand ? { type: "person", wanted } : { type: "run", wanted, goal: wanted };
}

/**
 * A person lets the step go on.
 * @param stepOf by a checkpoint's index: its step
 * @throws {UsageError} RunnerBusy where no step waits
 */
export function steer(move: Move, pressed: Goal, stepOf: readonly number[]): Extract<Move, { readonly type: "run" }> {
  if (move.type !== "person") {
    const why = move.type === "test" ? "The test has the turn" : "A step of this run is under way";
    throw new UsageError("RunnerBusy", `${why}: no step waits to be let go on.`);
  }
  return { type: "run", wanted: move.wanted, goal: nearer(move.wanted, pressed, stepOf) };
}

/**
 * What a person lets go on never leads beyond what the test asked for: there it looks at what it tests, while everything
 * stands still.
 */
export function nearer(wanted: Goal, pressed: Goal, stepOf: readonly number[]): Goal {
  if (wanted.type === "next" || pressed.type === "finish") return wanted;
  if (pressed.type === "next" || wanted.type === "finish") return pressed;
  const [step, limit] = [stepOf[pressed.checkpoint] ?? Infinity, stepOf[wanted.checkpoint] ?? Infinity];
  return step < limit ? pressed : wanted;
}

/**
 * A step has come as far as it was let go.
 * @param reached the places of the checkpoints that were reached; none where every actor has ended
 * @param isByHand as it is now
 */
export function arrive(
  move: Extract<Move, { readonly type: "run" }>,
  reached: readonly number[],
  isByHand: boolean,
): Move {
  return isMet(move.wanted, reached) ? testsMove : ask(move.wanted, isByHand);
}

function isMet(wanted: Goal, reached: readonly number[]): boolean {
  if (reached.length === 0 || wanted.type === "next") return true;
  return wanted.type === "skipTo" && reached.includes(wanted.checkpoint);
}

/** The mode has changed: what waits goes on, or what is under way stops at the next step of the order. */
export function changeMode(move: Move, isByHand: boolean): Move {
  if (move.type === "person" && !isByHand) return ask(move.wanted, false);
  if (move.type === "run" && isByHand) return { ...move, goal: { type: "next" } };
  return move;
}
