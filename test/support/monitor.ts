// Watches a run from outside, by inputs and outputs alone, and throws where a rule of the design is broken.
import type { Goal, Input, Output } from "../../src/core/messages.ts";
import type { Arrival, Reached, Step } from "../../src/core/model.ts";

export class Monitor {
  readonly #order: readonly Step[];
  readonly #held = new Map<string, { readonly arrival: Arrival; readonly step: number }>();
  readonly #owed = new Map<string, Arrival>();
  readonly #gone = new Set<string>();
  readonly #begun = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #stalled = new Set<string>();
  readonly #hasBranches: boolean;
  #goal: Goal | undefined;
  #isOver = false;
  /** The checkpoints that were reached, step by step. */
  readonly returned: (readonly Reached[])[] = [];

  /** @param hasBranches whether actors do several things at once: they may move while one of their holds stands */
  constructor(order: readonly Step[], hasBranches: boolean) {
    this.#order = order;
    this.#hasBranches = hasBranches;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  note(input: Input, outputs: readonly Output[]): void {
    this.#noteInput(input);
    this.#isOver ||= input.type === "closed" || outputs.some(({ type }) => type === "failed");
    for (const output of outputs) this.#noteOutput(output);
    if (this.#isOver) must(this.#owed.size === 0, "Something is held after the run's end.");
    else if (!this.#hasBranches) this.#checkWhoMoves();
  }

  #noteInput(input: Input): void {
    switch (input.type) {
      case "requested":
        this.#goal = input.goal;
        break;
      case "arrived":
        this.#owed.set(keyOf(input.arrival), input.arrival);
        this.#stalled.delete(input.arrival.actor);
        break;
      case "passed":
        this.#stalled.delete(input.passed.actor);
        break;
      case "withdrawn":
        this.#drop((arrival) => keyOf(arrival) === keyOf(input));
        break;
      case "detached":
        this.#drop(({ agent }) => agent.instance === input.agent.instance);
        break;
    }
  }

  #noteOutput(output: Output): void {
    switch (output.type) {
      case "begin":
        must(!this.#begun.has(output.actor), `${output.actor} is begun twice.`);
        must(this.#isTurnOf(output.actor), `R2: ${output.actor} is begun before its first turn.`);
        this.#checkNobodyElseDrains(output.actor);
        this.#begun.add(output.actor);
        break;
      case "held":
        this.#held.set(keyOf(output.arrival), { arrival: output.arrival, step: this.#stepOf(output.checkpoint) });
        break;
      case "release":
        this.#release(output.arrival, output.passed);
        break;
      case "reached":
        this.#reach(output.reached);
        break;
      case "ended":
        this.#ended.add(output.actor);
        break;
      case "stalled":
        this.#stalled.add(output.actor);
        break;
      case "answer":
        this.#answer(output.reached);
        break;
      case "failed":
        must(this.#goal !== undefined, "A run fails while nobody waits for it.");
        this.#goal = undefined;
        break;
    }
  }

  #release(arrival: Arrival, passed: boolean): void {
    const key = keyOf(arrival);
    must(this.#owed.delete(key), `${key} is released twice, or never came.`);
    const hold = this.#held.get(key);
    must(passed === (hold === undefined), "Only what nothing wanted to hold has passed.");
    this.#held.delete(key);
    if (!hold || this.#isOver) return;
    must(hold.step < this.returned.length, `${key} is released before its step was returned.`);
    must(this.#isTurnOf(arrival.actor), `R1: ${arrival.actor} is released out of its turn.`);
    this.#checkNobodyElseDrains(arrival.actor);
  }

  #reach(reached: readonly Reached[]): void {
    const step = this.#order[this.returned.length] ?? [];
    must(
      reached.map((it) => it.checkpoint.index).join() === step.map(({ index }) => index).join(),
      "The steps are not returned in the order's sequence.",
    );
    for (const { checkpoint, reached: came, arrival } of reached) {
      must(came || checkpoint.ifReached, "R7: a checkpoint was left out.");
      if (arrival && !this.#gone.has(keyOf(arrival)))
        must(this.#held.has(keyOf(arrival)), "An actor was told to stand where it does not.");
    }
    this.returned.push(reached);
  }

  #answer(reached: readonly Reached[]): void {
    const goal = this.#goal;
    must(goal !== undefined, "Nobody asked.");
    this.#goal = undefined;
    if (reached.length === 0) {
      must(this.returned.length === this.#order.length, "The end came before the last step.");
      this.#isOver = true;
      return;
    }
    must(reached === this.returned.at(-1), "The answer is not the last step.");
    must(goal?.type !== "finish", "finish() stopped at a step.");
    if (goal?.type === "skipTo")
      must(
        reached.some(({ checkpoint }) => checkpoint.index === goal.checkpoint),
        "skipTo() stopped elsewhere.",
      );
  }

  // R1: whoever moves is in the step, or the only one that does.
  #checkWhoMoves(): void {
    const standing = new Set([...this.#held.values()].map(({ arrival }) => arrival.actor));
    const moving = [...this.#begun].filter(
      (actor) => !this.#ended.has(actor) && !standing.has(actor) && !this.#stalled.has(actor),
    );
    const inStep = this.#actorsOfStep();
    must(moving.length <= 1 || moving.every((actor) => inStep.has(actor)), `R1: ${moving.join(" and ")} move at once.`);
  }

  // R3: whoever only has to reach its end does so before anybody else moves.
  #checkNobodyElseDrains(mover: string): void {
    const standing = new Set([...this.#held.values()].map(({ arrival }) => arrival.actor));
    for (const actor of this.#begun) {
      const isThere = this.#ended.has(actor) || this.#stalled.has(actor) || standing.has(actor);
      must(actor === mover || !this.#isDone(actor) || isThere, `R3: ${mover} moves before ${actor} has ended.`);
      if (!this.#isDone(mover) && this.#isDone(actor))
        must(!standing.has(actor), `R3: ${mover} moves while ${actor} waits to reach its end.`);
    }
  }

  #isTurnOf(actor: string): boolean {
    return this.#actorsOfStep().has(actor) || this.#isDone(actor);
  }

  // An actor without any checkpoint has its turn when all steps are done.
  #isDone(actor: string): boolean {
    const steps = this.#order.flatMap((step, place) => (step.some((it) => it.actor === actor) ? [place] : []));
    return (steps.at(-1) ?? this.#order.length - 1) < this.returned.length;
  }

  #actorsOfStep(): ReadonlySet<string> {
    return new Set((this.#order[this.returned.length] ?? []).map(({ actor }) => actor));
  }

  #stepOf(checkpoint: number): number {
    return this.#order.findIndex((step) => step.some(({ index }) => index === checkpoint));
  }

  #drop(isMeant: (arrival: Arrival) => boolean): void {
    for (const [key, arrival] of this.#owed) {
      if (!isMeant(arrival)) continue;
      this.#gone.add(key);
      this.#owed.delete(key);
      this.#held.delete(key);
    }
  }
}

function keyOf({ agent, id }: Pick<Arrival, "agent" | "id">): string {
  return `${agent.instance}:${id}`;
}

function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(rule);
}
