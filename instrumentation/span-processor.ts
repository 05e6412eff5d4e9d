// Spans become arrivals. OpenTelemetry says that a span processor should not block; this one blocks on purpose,
// where a run says so, and only there.
import type { Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Flow } from "./flow/flow.js";
import type { Gate } from "./gate.js";
import type { Identities } from "./identity.js";
import type { RuleBook } from "./rules.js";
import { beginTrace, type Trace, traceOf } from "./trace.js";

// In a test's own process spangate's calls are spans too.
const ownCall = /^grpc\.spangate\.v\d/;

export interface ProcessorParts {
  readonly book: RuleBook;
  readonly identities: Identities;
  readonly flow: Flow;
  readonly gate: Gate;
  /** Takes in new rules; called before every look at the book. */
  readonly refresh: () => void;
}

export class GateSpanProcessor implements SpanProcessor {
  readonly #parts: ProcessorParts;

  constructor(parts: ProcessorParts) {
    this.#parts = parts;
  }

  onStart(span: Span, parent: Context): void {
    const { book, identities, flow, refresh } = this.#parts;
    refresh();
    if (book.isEmpty) return;
    const gates = identities.find(parent, span);
    if (gates) return flow.begin(beginTrace(span, gates));
    if (ownCall.test(span.name)) return;
    if (book.isAdopting && !span.parentSpanContext && this.#adopt(span)) return;
    if (book.isObserving) flow.begin(beginTrace(span, book.nobody));
  }

  onEnd(span: ReadableSpan): void {
    const trace = traceOf(span);
    if (!trace) return;
    if (trace.claim) return this.#parts.flow.endClaim(trace, trace.claim);
    // A span that ends before its call is made has its start gate yet before it.
    if (trace.startIsMet || !trace.frame?.isOpen) this.#tellLateMatches(trace);
    this.#parts.flow.meetEnd(trace, span);
  }

  // True when the span may begin an actor.
  #adopt(span: Span): boolean {
    const { book, flow, gate } = this.#parts;
    const adopting = book.adopting(span);
    // A flow can only wait in a call that was seen from its beginning.
    if (!adopting || (adopting.mode === "flow" && !flow.frames.top(span.instrumentationScope.name))) {
      for (const gates of book.overlooking(span)) gate.tellOverlooked(gates, span);
      return false;
    }
    book.claim(adopting, span.spanContext().traceId);
    flow.begin(beginTrace(span, adopting, true));
    return true;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  // What a rule asks for came after the call was made, or no call was seen that could have been put off.
  #tellLateMatches(trace: Trace): void {
    const { span, gates, matchedAtStart } = trace;
    if (gates.observed && !trace.startIsMet) this.#parts.gate.discovery.meet(trace, "before", span, neverSeen(trace));
    for (const rule of gates.match("before", span)) {
      if (!matchedAtStart.includes(rule)) this.#parts.gate.tellUngateable(gates, rule, span, whyTooLate(trace));
    }
  }
}

function neverSeen({ span }: Trace): string {
  return `its call was not seen: ${span.instrumentationScope.name} makes it in a way that spangate cannot put off`;
}

function whyTooLate(trace: Trace): string {
  const { span, nameAtStart, startIsMet } = trace;
  const scope = span.instrumentationScope.name;
  if (!startIsMet) {
    return `The call of the span "${span.name}" was not seen: ${scope} makes it in a way that spangate cannot put off. Hold the thread there ({ hold: "thread" }), or list a span inside it.`;
  }
  return nameAtStart === span.name
    ? `The span "${span.name}" of ${scope} got the attributes that the checkpoint asks for only after its call was made. Ask for less, or use after().`
    : `The span was named "${nameAtStart}" at its start and got the name "${span.name}" only later. Use before(${JSON.stringify(nameAtStart)}), or after(${JSON.stringify(span.name)}).`;
}
