// The OpenTelemetry of an application that has none: every automatic instrumentation, every span recorded,
// nothing exported.
import { context, propagation, trace } from "@opentelemetry/api";
import { getNodeAutoInstrumentations } from "@opentelemetry/auto-instrumentations-node";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, type SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { EnvironmentContextManager } from "./environment-context.js";
import { hookEsm } from "./esm-hook.js";

/**
 * @param prepare called with every instrumentation before it patches anything
 */
export function startSdk(
  service: string,
  processor: SpanProcessor,
  prepare: (instrumentation: Instrumentation) => void,
): void {
  const propagator = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [processor],
  });
  context.setGlobalContextManager(new EnvironmentContextManager(propagator, process.env).enable());
  propagation.setGlobalPropagator(propagator);
  trace.setGlobalTracerProvider(provider);
  hookEsm();
  for (const instrumentation of getNodeAutoInstrumentations()) {
    for (const part of partsOf(instrumentation)) prepare(part);
    instrumentation.setTracerProvider(provider);
  }
}

// node-redis has one instrumentation a generation, behind a shell that only passes calls on.
function partsOf(instrumentation: Instrumentation): readonly Instrumentation[] {
  const children = Object.values(instrumentation).filter(
    (value: unknown): value is Instrumentation =>
      typeof value === "object" && value !== null && "instrumentationName" in value && "setTracerProvider" in value,
  );
  return [instrumentation, ...children];
}
