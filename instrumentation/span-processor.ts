// Spans become arrivals. OpenTelemetry says that a span processor should not block; this one blocks on purpose,
// where a run says so, and only there.
import type { Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Frames } from "./frames.js";
import type { ThreadGate } from "./gate.js";
import type { Identities } from "./identity.js";
import { type ActorGates, type CompiledRule, matchedNone, type RuleBook } from "./rules.js";

/** What spangate remembers of an actor's span from its start to its end. */
interface Trace {
  readonly gates: ActorGates;
  readonly nameAtStart: string;
  matchedAtStart: readonly CompiledRule[];
}

const trace = Symbol("spangate.trace");
type TracedSpan = ReadableSpan & { [trace]?: Trace };

export interface ProcessorParts {
  readonly book: RuleBook;
  readonly identities: Identities;
  readonly frames: Frames<ReadableSpan>;
  readonly gate: ThreadGate;
  /** Takes in new rules; called before every look at the book. */
  readonly refresh: () => void;
}

export class GateSpanProcessor implements SpanProcessor {
  readonly #parts: ProcessorParts;

  constructor(parts: ProcessorParts) {
    this.#parts = parts;
  }

  onStart(span: Span, parent: Context): void {
    const { book, identities, frames, refresh } = this.#parts;
    refresh();
    if (book.isEmpty) return;
    const gates = identities.find(parent, span);
    if (!gates) return;
    (span as TracedSpan)[trace] = { gates, nameAtStart: span.name, matchedAtStart: matchedNone };
    // Inside an instrumented call the start gate stands where the raw call is made: its attributes are set there.
    if (!frames.bind(span, span.instrumentationScope.name)) this.meetStart(span);
  }

  onEnd(span: ReadableSpan): void {
    const known = (span as TracedSpan)[trace];
    if (!known) return;
    this.#tellLateMatches(span, known);
    this.#parts.gate.meet(known.gates, "after", span);
  }

  /** The start gate of a span. */
  meetStart(span: ReadableSpan): void {
    const known = (span as TracedSpan)[trace];
    if (known) known.matchedAtStart = this.#parts.gate.meet(known.gates, "before", span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  // A name or an attribute that came after the start makes `before` match a call that is made already.
  #tellLateMatches(span: ReadableSpan, { gates, nameAtStart, matchedAtStart }: Trace): void {
    const matched = gates.match("before", span);
    for (const rule of matched) {
      if (matchedAtStart.includes(rule)) continue;
      const reason =
        nameAtStart === span.name
          ? `The span "${span.name}" of ${span.instrumentationScope.name} got the attributes that the checkpoint asks for only after its call was made. Ask for less, or use after().`
          : `The span was named "${nameAtStart}" at its start and got the name "${span.name}" only later. Use before(${JSON.stringify(nameAtStart)}), or after(${JSON.stringify(span.name)}).`;
      this.#parts.gate.tellUngateable(gates, rule, span, reason);
    }
  }
}
