// What a span will be at its end, for gates that stand in front of what ends it.
import type { Attributes } from "@opentelemetry/api";
import type { SpanView } from "../span-facts.js";

/** @param attributes what its instrumentation will add; `undefined` values are left out */
export function foresee(span: SpanView, attributes: Attributes, name: string = span.name): SpanView {
  const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    ...{ name, kind: span.kind, instrumentationScope: span.instrumentationScope },
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    spanContext: () => span.spanContext(),
    attributes: { ...span.attributes, ...Object.fromEntries(known) },
  };
}
