// Whose move it is when a person steps, and how far a step goes then.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrive, ask, changeMode, type Move, nearer, steer, testsMove } from "../../../src/core/by-hand.ts";
import type { Goal } from "../../../src/core/messages.ts";

const next: Goal = { type: "next" };
const finish: Goal = { type: "finish" };
const skipTo = (checkpoint: number): Goal => ({ type: "skipTo", checkpoint });
/** Four steps, of which the third has two checkpoints. */
const stepOf = [0, 1, 2, 2, 3];
const lastStep = 3;

describe("a step that the test asks for", () => {
  it("goes as far as the test says, where nobody steps by hand", () => {
    expect(ask(finish, false)).toEqual({ type: "run", wanted: finish, goal: finish });
  });

  it("waits for a person, where one does", () => {
    expect(ask(finish, true)).toEqual({ type: "person", wanted: finish });
  });

  it.each([
    ["next, of a finish()", finish, next, next],
    ["next, of a skipTo()", skipTo(4), next, next],
    ["a skip, of a finish()", finish, skipTo(1), skipTo(1)],
    ["a skip that is nearer than the test's", skipTo(4), skipTo(1), skipTo(1)],
    ["no skip beyond the test's", skipTo(1), skipTo(4), skipTo(1)],
    ["the test's own skip, into the same step", skipTo(3), skipTo(2), skipTo(3)],
    ["no skip beyond a next()", next, skipTo(4), next],
    ["no end beyond a next()", next, finish, next],
    ["no end beyond a skipTo()", skipTo(1), finish, skipTo(1)],
  ])("is let go on by %s", (_, wanted, pressed, goal) => {
    expect(nearer(wanted, pressed, stepOf)).toEqual(goal);
    expect(steer({ type: "person", wanted }, pressed, stepOf)).toEqual({ type: "run", wanted, goal });
  });

  it.each<[string, Move]>([
    ["the test has the turn", testsMove],
    ["one is under way", { type: "run", wanted: finish, goal: next }],
  ])("cannot be let go on where %s", (_, move) => {
    expect(() => steer(move, next, stepOf)).toThrow("no step waits to be let go on");
  });
});

describe("the test is answered", () => {
  const under = (wanted: Goal) => ({ type: "run", wanted, goal: next }) as const;

  it.each([
    ["a next() at any checkpoint", next, [1]],
    ["a skipTo() at its checkpoint", skipTo(3), [2, 3]],
    ["a finish() at the end of all", finish, []],
    ["a skipTo() at the end of all", skipTo(3), []],
  ])("%s", (_, wanted, reached) => {
    expect(arrive(under(wanted), reached, true)).toBe(testsMove);
  });

  it.each([
    ["a skipTo() before its checkpoint", skipTo(3), [1]],
    ["a finish() at the last checkpoint", finish, [4]],
  ])("not: %s, which waits again", (_, wanted, reached) => {
    expect(arrive(under(wanted), reached, true)).toEqual({ type: "person", wanted });
    expect(arrive(under(wanted), reached, false)).toEqual({ type: "run", wanted, goal: wanted });
  });
});

describe("the switch", () => {
  it("turned off lets go on what waits, as far as the test says", () => {
    expect(changeMode({ type: "person", wanted: finish }, false)).toEqual({
      type: "run",
      wanted: finish,
      goal: finish,
    });
  });

  it("turned on stops what is under way at the next step", () => {
    const move: Move = { type: "run", wanted: finish, goal: finish };
    expect(changeMode(move, true)).toEqual({ ...move, goal: next });
  });

  it("changes nothing of what is the test's", () => {
    for (const isOn of [true, false]) expect(changeMode(testsMove, isOn)).toBe(testsMove);
  });
});

/** A run that does what it is told at once. */
class PlayedRun {
  position = 0;

  /** @returns the places of what was reached last; none at the end of all */
  go(goal: Goal): readonly number[] {
    const target =
      goal.type === "next" ? this.position : goal.type === "skipTo" ? (stepOf[goal.checkpoint] ?? 0) : lastStep + 1;
    this.position = Math.min(lastStep + 1, target) + 1;
    return stepOf.flatMap((step, index) => (step === this.position - 1 ? [index] : []));
  }
}

describe("whatever is pressed and switched", () => {
  const ahead = (goal: Goal, position: number) => goal.type !== "skipTo" || (stepOf[goal.checkpoint] ?? 0) >= position;
  const goals = fc.oneof(
    fc.constant(next),
    fc.constant(finish),
    fc.nat({ max: stepOf.length - 1 }).map((it) => skipTo(it)),
  );
  const acts = fc.oneof(goals, fc.boolean());

  it("the run never goes beyond what the test asked for, stops there, and comes to it as soon as it is let", () => {
    fc.assert(
      fc.property(goals, fc.array(acts, { maxLength: 12 }), (wanted, pressed) => {
        const run = new PlayedRun();
        const alone = new PlayedRun();
        alone.go(wanted);
        let isOn = true;
        let move: Move = ask(wanted, isOn);
        // In the end somebody switches it off, and it goes on by itself.
        for (const act of [...pressed, false]) {
          if (move.type === "test") break;
          if (typeof act === "boolean") {
            isOn = act;
            move = changeMode(move, isOn);
          } else if (move.type === "person" && ahead(act, run.position)) move = steer(move, act, stepOf);
          while (move.type === "run") {
            const before: number = run.position;
            move = arrive(move, run.go(move.goal), isOn);
            expect(run.position).toBeGreaterThan(before);
            expect(run.position).toBeLessThanOrEqual(alone.position);
          }
          expect(move.type === "test").toBe(run.position === alone.position);
        }
        expect(move).toBe(testsMove);
        expect(run.position).toBe(alone.position);
      }),
    );
  });
});
