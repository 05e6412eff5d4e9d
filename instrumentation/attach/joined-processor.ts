// The gates' processor beside those of an application's SDK, which may be of another version.
import type { Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { RaisedSpans } from "./recording-sampler.js";

interface OldSpan {
  readonly instrumentationLibrary?: ReadableSpan["instrumentationScope"];
  readonly parentSpanId?: string;
  spanContext(): ReturnType<ReadableSpan["spanContext"]>;
}

export class JoinedProcessor implements SpanProcessor {
  readonly #theirs: SpanProcessor;
  readonly #gates: SpanProcessor;
  readonly #raised: RaisedSpans;

  /** @param raised the spans that the application's processors would not see without spangate, and do not see now */
  constructor(theirs: SpanProcessor, gates: SpanProcessor, raised: RaisedSpans) {
    this.#theirs = theirs;
    this.#gates = gates;
    this.#raised = raised;
  }

  onStart(span: Span, parent: Context): void {
    if (!this.#raised.begin(span)) this.#theirs.onStart(span, parent);
    modernise(span);
    this.#gates.onStart(span, parent);
  }

  onEnding(span: Span): void {
    if (!this.#raised.has(span)) this.#theirs.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    if (!this.#raised.has(span)) this.#theirs.onEnd(span);
    this.#gates.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#theirs.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#theirs.shutdown();
  }
}

// Spans of 1.x lack two fields that 2.x gave them. Not enumerable: exporters that copy a span see it as it was.
function modernise(span: Span): void {
  if (span.instrumentationScope) return;
  const { instrumentationLibrary, parentSpanId: spanId } = span as unknown as OldSpan;
  Object.defineProperty(span, "instrumentationScope", { value: instrumentationLibrary });
  if (spanId) Object.defineProperty(span, "parentSpanContext", { value: { ...span.spanContext(), spanId } });
}
