// A process that a starter began carries its actor in TRACEPARENT and BAGGAGE: they are the parent of what would
// be root spans. Incoming requests are no part of it; instrumentations extract theirs from the root context.
import { type Context, defaultTextMapGetter, ROOT_CONTEXT, type TextMapPropagator } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";

export class EnvironmentContextManager extends AsyncLocalStorageContextManager {
  readonly #base: Context;

  constructor(propagator: TextMapPropagator, env: Readonly<Record<string, string | undefined>>) {
    super();
    const carrier = { traceparent: env["TRACEPARENT"], tracestate: env["TRACESTATE"], baggage: env["BAGGAGE"] };
    this.#base = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  }

  override active(): Context {
    const context = super.active();
    return context === ROOT_CONTEXT ? this.#base : context;
  }
}
