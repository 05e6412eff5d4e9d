// Which actor a span belongs to: by the baggage of its parent's context, else by its trace.
import { type Baggage, type Context, context, propagation, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { ActorGates, RuleBook } from "./rules.js";

/** Finds the actor of a span at its start. Baggage objects are immutable, so the answer for one is remembered. */
export class Identities {
  readonly #book: RuleBook;
  #known = new WeakMap<Baggage, ActorGates | "nobody">();
  // Most spans have the very baggage of the span before them.
  #last: Baggage | undefined;
  #lastGates: ActorGates | undefined;

  constructor(book: RuleBook) {
    this.#book = book;
  }

  /** To be called when the rules have changed. */
  forget(): void {
    this.#known = new WeakMap();
    this.#last = undefined;
    this.#lastGates = undefined;
  }

  find(parent: Context, span: ReadableSpan): ActorGates | undefined {
    return this.findBy(parent, span.spanContext().traceId);
  }

  /** The same before there is a span. */
  findBy(parent: Context, traceId: string): ActorGates | undefined {
    const baggage = propagation.getBaggage(parent);
    return (baggage && this.#ofBaggage(baggage)) ?? this.#book.byTrace(traceId);
  }

  /** Whose code is running. */
  current(): ActorGates | undefined {
    const active = context.active();
    return this.findBy(active, trace.getSpanContext(active)?.traceId ?? "");
  }

  #ofBaggage(baggage: Baggage): ActorGates | undefined {
    if (baggage !== this.#last) {
      this.#lastGates = this.#recall(baggage);
      this.#last = baggage;
    }
    return this.#lastGates;
  }

  #recall(baggage: Baggage): ActorGates | undefined {
    const known = this.#known.get(baggage);
    if (known !== undefined) return known === "nobody" ? undefined : known;
    const gates = this.#read(baggage);
    this.#known.set(baggage, gates ?? "nobody");
    return gates;
  }

  #read(baggage: Baggage): ActorGates | undefined {
    const run = baggage.getEntry("spangate.run")?.value;
    const actor = baggage.getEntry("spangate.actor")?.value;
    return run === undefined || actor === undefined ? undefined : this.#book.byName(run, actor);
  }
}
