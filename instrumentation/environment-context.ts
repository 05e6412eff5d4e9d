// A process that a starter began carries its actor in TRACEPARENT and BAGGAGE: they are the parent of what would
// be root spans. Incoming requests are no part of it; instrumentations extract theirs from the root context.
import {
  type Context,
  type ContextManager,
  defaultTextMapGetter,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";

type Environment = Readonly<Record<string, string | undefined>>;

export class EnvironmentContextManager extends AsyncLocalStorageContextManager {
  readonly #base: Context;

  constructor(propagator: TextMapPropagator, env: Environment) {
    super();
    this.#base = contextOf(propagator, env);
  }

  override active(): Context {
    const context = super.active();
    return context === ROOT_CONTEXT ? this.#base : context;
  }
}

/** Makes the application's own context manager carry the actor too: its baggage, for root spans stay root spans. */
export function carryEnvironment(manager: ContextManager, propagator: TextMapPropagator, env: Environment): void {
  const baggage = propagation.getBaggage(contextOf(propagator, env));
  if (!baggage) return;
  const active = manager.active.bind(manager);
  manager.active = () => {
    const context = active();
    const isRoot = trace.getSpan(context) === undefined && propagation.getBaggage(context) === undefined;
    return isRoot ? propagation.setBaggage(context, baggage) : context;
  };
}

function contextOf(propagator: TextMapPropagator, env: Environment): Context {
  const carrier = { traceparent: env["TRACEPARENT"], tracestate: env["TRACESTATE"], baggage: env["BAGGAGE"] };
  return propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}
