// A run by hand: puts inputs in and tells the outputs in short words, such as "begin alice" or "release alice b".

import { died } from "../../src/core/departure.ts";
import type { Input, Output } from "../../src/core/messages.ts";
import type { Arrival, PassedSpan, Reached, SpanMatch } from "../../src/core/model.ts";
import { newRun, type Run } from "../../src/core/run.ts";
import type { Surroundings } from "../../src/core/surroundings.ts";
import { advance } from "../../src/core/turns.ts";
import { arrival, bank, type Draft, nothingAround, orderOf, passed } from "./builders.ts";

export class Conversation {
  readonly run: Run;

  constructor(starters: readonly string[], ...order: readonly (Draft | readonly Draft[])[]) {
    this.run = newRun(starters, orderOf(...order));
  }

  /** A run of one actor that no starter begins. */
  static adopting(actor: string, span: SpanMatch, ...order: readonly Draft[]): Conversation {
    const adopting = new Conversation([actor], ...order);
    return Object.assign(adopting, { run: newRun([actor], adopting.run.order, [{ actor, span }]) });
  }

  next(): readonly string[] {
    return this.put({ type: "requested", goal: { type: "next" } });
  }

  skipTo(checkpoint: number): readonly string[] {
    return this.put({ type: "requested", goal: { type: "skipTo", checkpoint } });
  }

  finish(): readonly string[] {
    return this.put({ type: "requested", goal: { type: "finish" } });
  }

  /** The actor comes to a gate; all its checkpoints of that phase and name match. */
  arrive(actor: string, phase: "before" | "after", name: string, parts: Partial<Arrival> = {}): readonly string[] {
    return this.put({ type: "arrived", arrival: this.arrival(actor, phase, name, parts) });
  }

  pass(actor: string, phase: "before" | "after", name: string, parts: Partial<PassedSpan> = {}): readonly string[] {
    return this.put({ type: "passed", passed: passed(actor, phase, name, parts) });
  }

  end(actor: string, error?: string): readonly string[] {
    return this.put({ type: "ended", actor, error, called: [] });
  }

  /** Its action ends, and its agents have nothing more to tell of it. */
  runsOut(actor: string): readonly string[] {
    return [...this.end(actor), ...this.synced()].filter((it) => it !== "sync");
  }

  synced(surroundings: Partial<Surroundings> = {}): readonly string[] {
    return this.put({ type: "synced", surroundings: { ...nothingAround, ...surroundings } });
  }

  die(actorsAgent = bank, reason = "the socket was closed"): readonly string[] {
    return this.put({ type: "detached", agent: actorsAgent, departure: died(reason) });
  }

  put(input: Input): readonly string[] {
    return advance(this.run, input).flatMap(tell);
  }

  arrival(actor: string, phase: "before" | "after", name: string, parts: Partial<Arrival> = {}): Arrival {
    const matched = this.run.checkpoints.filter(
      (it) => it.actor === actor && it.phase === phase && it.span?.name.type === "exact" && it.span.name.text === name,
    );
    const indices = matched.map(({ index }) => index);
    return arrival(actor, phase, name, indices, parts);
  }

  /** The failure's text, or nothing. */
  get failure(): string {
    const { stage } = this.run;
    return stage.type === "over" && stage.failure ? `${stage.failure.code}: ${stage.failure.message}` : "";
  }
}

// What only keeps the clocks or repeats another output is left out.
function tell(output: Output): readonly string[] {
  switch (output.type) {
    case "begin":
    case "ended":
    case "stalled":
    case "drained":
      return [`${output.type} ${output.actor}`];
    case "held":
    case "withdrawn":
      return [`${output.type} ${place(output.arrival)}`];
    case "release":
      return [`${output.passed ? "pass" : "release"} ${place(output.arrival)}`];
    case "answer":
      return [`answer ${output.reached.map(outcome).join(" + ") || "the end"}`];
    case "failed":
      return [`failed ${output.failure.code}`];
    case "blocked":
      return [`blocked ${output.wait.actor}`];
    case "freed":
      return [`freed ${output.actor}`];
    case "sync":
    case "probe":
      return [output.type];
    case "turn":
      return output.stalls ? ["turn, watched"] : ["turn"];
    case "passed":
    case "reached":
    case "progress":
      return [];
  }
}

function place({ actor, phase, span }: Arrival): string {
  return `${actor} ${phase} ${span.name}`;
}

function outcome({ checkpoint, reached }: Reached): string {
  return `${reached ? "" : "not "}${checkpoint.index}`;
}
