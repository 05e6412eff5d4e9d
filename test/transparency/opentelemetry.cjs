// What spangate's preload does without spangate: the automatic instrumentations, every span recorded, nothing exported.
const { context, propagation, trace } = require("@opentelemetry/api");
const { getNodeAutoInstrumentations } = require("@opentelemetry/auto-instrumentations-node");
const { AsyncLocalStorageContextManager } = require("@opentelemetry/context-async-hooks");
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = require("@opentelemetry/core");
const { AlwaysOnSampler, TracerProvider } = require("@opentelemetry/sdk-trace");
const { isInternalThread } = require("node:worker_threads");

if (!isInternalThread) {
  const provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(provider);
  require("import-in-the-middle/register-hooks.mjs").register();
  for (const instrumentation of getNodeAutoInstrumentations()) instrumentation.setTracerProvider(provider);
}
