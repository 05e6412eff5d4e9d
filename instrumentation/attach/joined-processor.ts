// The gates' processor behind an SDK of another version: spans of 1.x lack two fields that 2.x gave them.
import type { Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";

interface OldSpan {
  readonly instrumentationLibrary?: ReadableSpan["instrumentationScope"];
  readonly parentSpanId?: string;
  spanContext(): ReturnType<ReadableSpan["spanContext"]>;
}

export class JoinedProcessor implements SpanProcessor {
  readonly #gates: SpanProcessor;

  constructor(gates: SpanProcessor) {
    this.#gates = gates;
  }

  onStart(span: Span, parent: Context): void {
    modernise(span);
    this.#gates.onStart(span, parent);
  }

  onEnd(span: ReadableSpan): void {
    this.#gates.onEnd(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

// Not enumerable: exporters that copy a span see it as it was.
function modernise(span: Span): void {
  if (span.instrumentationScope) return;
  const { instrumentationLibrary, parentSpanId: spanId } = span as unknown as OldSpan;
  Object.defineProperty(span, "instrumentationScope", { value: instrumentationLibrary });
  if (spanId) Object.defineProperty(span, "parentSpanContext", { value: { ...span.spanContext(), spanId } });
}
