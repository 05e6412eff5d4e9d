// The gate of a thread: stops it at a span that a rule matches, until the coordinator lets it go on.
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Hello } from "../src/gen/spangate/v1/agent.js";
import { HoldMode } from "../src/gen/spangate/v1/model.js";
import { phaseToWire } from "../src/wire/spans.js";
import type { Link, LinkEvent } from "./link/link.js";
import { PassedSpans } from "./passed.js";
import type { ActorGates, CompiledRule } from "./rules.js";
import { factsOf } from "./span-facts.js";

/** The modes in which this agent can hold. */
export const modes: Hello["modes"] = [HoldMode.THREAD];

export class ThreadGate {
  readonly #link: () => Link;
  readonly #passed: PassedSpans;
  #arrivals = 0;

  /** @param link where it tells; asked late, because link and gate need each other */
  constructor(link: () => Link) {
    this.#link = link;
    this.#passed = new PassedSpans((passed) => this.#link().post({ $case: "passed", value: passed }));
  }

  /** Holds the thread if a rule matches the span now. Returns the rules that did. */
  meet(gates: ActorGates, phase: "before" | "after", span: ReadableSpan): readonly CompiledRule[] {
    const matched = gates.match(phase, span);
    if (matched.length === 0) this.#passed.note(gates, phase, span);
    else this.#hold(gates, phase, span, matched);
    return matched;
  }

  /** Tells that a span matches a rule too late to be held there. */
  tellUngateable({ runId, actor }: ActorGates, { checkpoint }: CompiledRule, span: ReadableSpan, reason: string): void {
    this.#link().post({
      $case: "unsupported",
      value: { runId, actor, checkpoint, span: factsOf(span, span.name, []), reason },
    });
  }

  /** Tells the spans that have passed. */
  flush(): void {
    this.#passed.flush();
  }

  #hold(
    { runId, actor }: ActorGates,
    phase: "before" | "after",
    span: ReadableSpan,
    matched: readonly CompiledRule[],
  ): void {
    const passed = this.#passed.take();
    this.#arrivals += 1;
    const keys = [...new Set(matched.flatMap((rule) => rule.keys))];
    const arrived: LinkEvent = {
      $case: "arrived",
      value: {
        ...{ id: this.#arrivals, runId, actor },
        phase: phaseToWire(phase),
        checkpoints: matched.map(({ checkpoint }) => checkpoint),
        span: factsOf(span, span.name, keys),
        mode: HoldMode.THREAD,
      },
    };
    this.#link().hold(this.#arrivals, passed ? [{ $case: "passed", value: passed }, arrived] : [arrived]);
  }
}
