// Joins the OpenTelemetry that an application sets up itself. When the preload runs nobody knows whether it will, so
// the own SDK is there from the start, and gives way when the application's comes: where exactly, is told in
// api-global.ts (what is registered) and own-instrumentations.ts (what is patched).
import type { Context, TracerProvider } from "@opentelemetry/api";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import { JoinedProcessor } from "./joined-processor.js";
import { replaceProcessor, replaceSampler, watchProvider } from "./private-fields.js";
import { RaisedSpans, RecordingSampler } from "./recording-sampler.js";

export interface Gates {
  readonly processor: SpanProcessor;
  /** Puts gates around what a provider's tracers call inside a span. Called before tracers are asked of it. */
  readonly prepareProvider: (provider: TracerProvider) => void;
  /** Puts gates under and over what an instrumentation is about to patch. */
  readonly prepare: (instrumentation: Instrumentation) => void;
  /** Whether a span with this parent and trace is an actor's. */
  readonly concerns: (parent: Context, traceId: string) => boolean;
}

/** Puts the gates into whatever provider the application has registered, or gives to the registered proxy later. */
export function join(registered: object, { processor, prepareProvider, concerns }: Gates): void {
  const joined = new WeakSet<object>();
  watchProvider(registered, (provider) => {
    if (joined.has(provider)) return;
    joined.add(provider);
    prepareProvider(provider as unknown as TracerProvider);
    const raised = new RaisedSpans();
    if (replaceProcessor(provider, (theirs) => new JoinedProcessor(theirs, processor, raised))) {
      replaceSampler(provider, (sampler) => new RecordingSampler(sampler, raised, concerns));
    } else {
      process.stderr.write(
        `spangate: cannot join this application's tracer provider (${provider.constructor.name}): it is none of OpenTelemetry's SDK 1.30 or later. No checkpoint of this process will be reached.\n`,
      );
    }
  });
}
