// The steps of one run between its test and a person who may step by hand: each goes to the run as far as it is let go.
import { arrive, ask, changeMode, type Move, steer, testsMove } from "../core/by-hand.js";
import { UsageError } from "../core/errors.js";
import type { Goal } from "../core/messages.js";
import { type Answer, closedMeanwhile } from "./run-context.js";
import type { RunSession } from "./run-session.js";
import type { RunMove } from "./watchers.js";

export class StepDesk {
  readonly #session: RunSession;
  readonly #tell: (move: RunMove) => void;
  #isByHand: boolean;
  #move: Move = testsMove;
  /** Counts the steps that have waited. */
  #number = 0;
  /** Lets the step go on that waits for a person. */
  #goOn: (() => void) | undefined;
  #isClosed = false;

  constructor(session: RunSession, isByHand: boolean, tell: (move: RunMove) => void) {
    this.#session = session;
    this.#isByHand = isByHand;
    this.#tell = tell;
  }

  get move(): RunMove {
    return { runId: this.#session.id, number: this.#number, move: this.#move };
  }

  /** @throws {UsageError} when the run is over, busy, or past the checkpoint */
  async request(wanted: Goal): Promise<Answer> {
    this.#session.check(wanted);
    if (this.#move.type !== "test") {
      const message = "A step of this run waits to be let go on by hand. Await it before the next.";
      throw new UsageError("RunnerBusy", message);
    }
    this.#set(ask(wanted, this.#isByHand));
    try {
      return await this.#advance();
    } finally {
      if (!this.#isClosed) this.#set(testsMove);
    }
  }

  async #advance(): Promise<Answer> {
    for (;;) {
      if (this.#move.type === "person") await this.#wait();
      if (this.#isClosed || this.#move.type !== "run") return closedMeanwhile;
      const answer = await this.#session.request(this.#move.goal);
      if (answer.type === "failed" || this.#isClosed) return answer;
      const next = arrive(
        this.#move,
        answer.reached.map(({ checkpoint }) => checkpoint.index),
        this.#isByHand,
      );
      if (next.type === "test") return answer;
      this.#set(next);
    }
  }

  /**
   * A person lets the step go on that waits.
   * @param number which one is meant; 0 is any
   * @throws {UsageError} RunnerBusy where none waits, or another one; BadOrder for a checkpoint that is not ahead
   */
  steer(goal: Goal, number: number): void {
    const next = steer(this.#move, goal, this.#session.stepOf);
    if (number !== 0 && number !== this.#number)
      throw new UsageError("RunnerBusy", `Step ${number} of this run has been let go on already.`);
    this.#session.check(goal);
    this.#set(next);
    this.#goOn?.();
  }

  setMode(isByHand: boolean): void {
    this.#isByHand = isByHand;
    const before = this.#move;
    const after = changeMode(before, isByHand);
    if (before === after) return;
    this.#set(after);
    if (before.type === "person") this.#goOn?.();
    else if (after.type === "run") this.#session.put({ type: "shortened", goal: after.goal });
  }

  /** The run is closed: what waits waits no more. */
  close(): void {
    this.#isClosed = true;
    this.#goOn?.();
  }

  #wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#goOn = resolve;
    return promise;
  }

  #set(move: Move): void {
    this.#move = move;
    if (move.type === "person") this.#number += 1;
    this.#tell(this.move);
  }
}
