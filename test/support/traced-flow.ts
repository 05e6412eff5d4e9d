// Real spans of a real instrumentation in this very process, and a gate that holds where a test says so.
import { context, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { getNodeAutoInstrumentations } from "@opentelemetry/auto-instrumentations-node";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import type { Instrumentation, InstrumentationModuleDefinition } from "@opentelemetry/instrumentation";
import { AlwaysOnSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { adapterOf } from "../../instrumentation/flow/adapters/index.ts";
import { Flow } from "../../instrumentation/flow/flow.ts";
import { Latch } from "../../instrumentation/flow/latch.ts";
import { sandwich } from "../../instrumentation/flow/sandwich.ts";
import { Identities } from "../../instrumentation/identity.ts";
import { RuleBook } from "../../instrumentation/rules.ts";
import { GateSpanProcessor } from "../../instrumentation/span-processor.ts";
import { spanMatch } from "./builders.ts";

/** Where an actor is held, such as `before publish x`. */
type Place = `${"before" | "after"} ${string}`;

export class TracedFlow {
  /** What the gates met, such as `alice before publish x`; with the reason where a flow cannot be held. */
  readonly met: string[] = [];
  readonly flow: Flow;
  readonly #book = new RuleBook({ service: "bank", hold: "flow" });
  readonly #provider: TracerProvider;
  readonly #holds = new Map<string, Latch[]>();

  /** @param places where alice and bob are held */
  constructor(...places: readonly Place[]) {
    const rules = places.map((place, checkpoint) => {
      const [phase = "", ...name] = place.split(" ");
      return { checkpoint, phase: phase as "before" | "after", span: spanMatch(name.join(" ")), hold: undefined };
    });
    this.#book.replace(["alice", "bob"].map((actor) => ({ runId: "r", actor, traceId: actor, rules })));
    const gate: ConstructorParameters<typeof Flow>[0] = {
      meet: ({ gates }, phase, view, refusal) => {
        const matched = gates.match(phase, view);
        if (matched.length === 0) return { matched, hold: undefined };
        const place = `${gates.actor} ${phase} ${view.name}`;
        this.met.push(refusal === undefined ? place : `${place}: ${refusal}`);
        return { matched, hold: refusal === undefined ? this.#hold(place) : undefined };
      },
      claim: () => undefined,
      tellNobodys: () => {},
      refuseEndless: () => {},
      refuse: ({ gates }, phase, view, reason) => {
        if (gates.match(phase, view).length > 0) this.met.push(`${gates.actor} ${phase} ${view.name}: ${reason}`);
      },
    };
    const identities = new Identities(this.#book);
    this.flow = new Flow(gate, { news: new Int32Array(1), read: () => true }, () => identities.current());
    const processor = new GateSpanProcessor({
      ...{ book: this.#book, identities, flow: this.flow, refresh: () => {} },
      gate: { ...gate, tellUngateable: () => {} } as never,
    });
    this.#provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [processor] });
    context.disable();
    propagation.disable();
    trace.disable();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
    );
    trace.setGlobalTracerProvider(this.#provider);
  }

  /** The definition of what an automatic instrumentation patches, with spangate's layers. @param name such as `kafkajs` */
  definitionOf(name: string): InstrumentationModuleDefinition {
    process.env["OTEL_NODE_ENABLED_INSTRUMENTATIONS"] = name;
    const [instrumentation] = getNodeAutoInstrumentations() as (Instrumentation & {
      init(): InstrumentationModuleDefinition;
    })[];
    if (!instrumentation) throw new Error(`No instrumentation ${name}.`);
    // Nothing is patched but what a test hands over.
    instrumentation.disable();
    sandwich(instrumentation, this.flow, adapterOf(instrumentation.instrumentationName));
    instrumentation.setTracerProvider(this.#provider);
    return instrumentation.init();
  }

  /** Does something as an actor. */
  as<T>(actor: string, act: () => T): T {
    const entries = { "spangate.run": { value: "r" }, "spangate.actor": { value: actor } };
    return context.with(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries)), act);
  }

  /** Lets a hold at a place go, by default the first. Resolves when what waited has gone on. */
  async release(place: string, at = 0): Promise<void> {
    const [hold] = this.#holds.get(place)?.splice(at, 1) ?? [];
    if (!hold) throw new Error(`Nothing is held ${place}.`);
    hold.open();
    await turnOfTheLoop();
  }

  #hold(place: string): Latch {
    const hold = new Latch();
    this.#holds.set(place, [...(this.#holds.get(place) ?? []), hold]);
    return hold;
  }
}

/** Resolves when everything has gone on that only waits for promises. */
export async function turnOfTheLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
