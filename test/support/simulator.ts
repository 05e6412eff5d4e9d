// Plays actors, agents, a runner and their slow channels against the core. Every choice comes from outside, so a
// failure shrinks and repeats; the clocks go off only when nothing else can happen.

import type { Departure } from "../../src/core/departure.ts";
import type { Failure } from "../../src/core/errors.ts";
import type { Goal, Input, Output } from "../../src/core/messages.ts";
import type { Step } from "../../src/core/model.ts";
import { newRun, type Run } from "../../src/core/run.ts";
import type { Surroundings } from "../../src/core/surroundings.ts";
import { advance } from "../../src/core/turns.ts";
import { nothingAround } from "./builders.ts";
import { Monitor } from "./monitor.ts";
import { Processes } from "./processes.ts";
import type { Program } from "./programs.ts";

export interface Scenario {
  readonly programs: Readonly<Record<string, Program>>;
  readonly order: readonly Step[];
  /** What the test asks for, in turn; `finish` follows by itself. */
  readonly goals: readonly Goal[];
  /** Decides what happens next wherever several things can; 0 when used up. */
  readonly choices: readonly number[];
  readonly hasBranches?: boolean;
  /** Things that may go wrong, each at any time and at most once. */
  readonly faults?: readonly Fault[];
}

export type Fault =
  | { readonly type: "crash"; readonly actor: string }
  | { readonly type: "abort"; readonly actor: string }
  | { readonly type: "leave"; readonly service: string; readonly departure: Departure }
  | { readonly type: "clock"; readonly input: "stalled" | "expired" }
  | { readonly type: "close" };

export interface Outcome {
  readonly run: Run;
  readonly failure: Failure | undefined;
  readonly outputs: readonly Output[];
  readonly monitor: Monitor;
  /** Actors that were begun and have not ended. */
  readonly lost: readonly string[];
}

const eventLimit = 20_000;

export function simulate(scenario: Scenario): Outcome {
  return new Simulation(scenario).play();
}

class Simulation {
  readonly #run: Run;
  readonly #monitor: Monitor;
  readonly #processes: Processes;
  readonly #outputs: Output[] = [];
  readonly #goals: Goal[];
  readonly #choices: readonly number[];
  readonly #faults: Fault[];
  #chosen = 0;
  #asking = false;
  #failure: Failure | undefined;
  #clock: "off" | "progress" | "step" = "off";
  #stalls = false;
  #syncs = 0;

  constructor({ programs, order, goals, choices, hasBranches = false, faults = [] }: Scenario) {
    this.#run = newRun(Object.keys(programs), order);
    this.#monitor = new Monitor(order, hasBranches);
    this.#processes = new Processes(programs, this.#run.checkpoints, {
      put: (input) => this.#put(input),
      synced: (number) => {
        // The coordinator drops the answer to a question that it has asked anew.
        if (number === this.#syncs) this.#put({ type: "synced", surroundings: this.#surroundings() });
      },
    });
    this.#goals = [...goals];
    this.#choices = choices;
    this.#faults = [...faults];
  }

  play(): Outcome {
    for (let events = 0; events < eventLimit; events += 1) {
      const possible = this.#possible();
      if (possible.length > 0) this.#choose(possible)();
      else if (!this.#asking) return this.#outcome();
      else this.#passTime();
    }
    throw new Error("The simulation does not end.");
  }

  #possible(): readonly (() => void)[] {
    const possible = [...this.#processes.possible()];
    if (!this.#asking && !this.#monitor.isOver) possible.push(() => this.#ask());
    for (const fault of this.#faults) possible.push(() => this.#fail(fault));
    return possible;
  }

  #choose<T>(items: readonly T[]): T {
    const choice = this.#choices[this.#chosen] ?? 0;
    this.#chosen += 1;
    return items[choice % items.length] as T;
  }

  #ask(): void {
    const goal = this.#nextGoal();
    this.#asking = true;
    this.#put({ type: "requested", goal });
  }

  #nextGoal(): Goal {
    for (let goal = this.#goals.shift(); goal; goal = this.#goals.shift()) {
      // The coordinator refuses to skip backwards.
      if (goal.type !== "skipTo" || (this.#run.stepOf[goal.checkpoint] ?? -1) >= this.#run.position) return goal;
    }
    return { type: "finish" };
  }

  #fail(fault: Fault): void {
    this.#faults.splice(this.#faults.indexOf(fault), 1);
    switch (fault.type) {
      case "crash":
        return this.#processes.crash(fault.actor);
      case "abort":
        return this.#processes.abort(fault.actor);
      case "leave":
        return this.#processes.leave(fault.service, fault.departure);
      case "clock":
        if (this.#clock === "progress" || (this.#clock === "step" && fault.input === "expired"))
          this.#put({ type: fault.input });
        return;
      case "close":
        this.#asking = false;
        return this.#put({ type: "closed" });
    }
  }

  #passTime(): void {
    if (this.#clock === "off") throw new Error("A request is left without an answer.");
    const input = this.#clock === "progress" ? "stalled" : "expired";
    this.#clock = this.#clock === "progress" ? "step" : "off";
    this.#put({ type: input });
  }

  #put(input: Input): void {
    const outputs = advance(this.#run, input);
    this.#outputs.push(...outputs);
    this.#monitor.note(input, outputs);
    for (const output of outputs) this.#carryOut(output);
  }

  #carryOut(output: Output): void {
    switch (output.type) {
      case "begin":
        return this.#processes.begin(output.actor);
      case "release":
        return this.#processes.release(output.arrival);
      case "turn":
        this.#stalls = output.stalls;
        this.#clock = output.stalls ? "progress" : "step";
        return;
      case "progress":
        if (this.#stalls && this.#clock === "step") this.#clock = "progress";
        return;
      case "sync":
        this.#syncs += 1;
        return this.#processes.sync(this.#syncs);
      case "failed":
        this.#failure = output.failure;
        this.#stopClock();
        return;
      case "answer":
        this.#stopClock();
        return;
    }
  }

  #stopClock(): void {
    this.#clock = "off";
    this.#asking = false;
  }

  #surroundings(): Surroundings {
    return { ...nothingAround, agents: this.#processes.agents.map((agent) => ({ ...agent, ports: [] })) };
  }

  #outcome(): Outcome {
    return {
      run: this.#run,
      failure: this.#failure,
      outputs: this.#outputs,
      monitor: this.#monitor,
      lost: this.#processes.unended,
    };
  }
}
