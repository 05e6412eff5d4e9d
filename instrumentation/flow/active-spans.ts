// The application's own spans: `startActiveSpan` calls a function inside the span. Where that is async its call can be
// put off, and its result.
import type { Tracer, TracerProvider } from "@opentelemetry/api";
import type { Flow } from "./flow.js";
import { layer } from "./sandwich.js";
import type { Shape } from "./shape.js";
import { gatePromise, isAsync, promises } from "./shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

const activeSpan: Shape = {
  refuses: ({ raw }) =>
    isAsync(raw)
      ? undefined
      : "the function that startActiveSpan was given is not async, so its caller may need its result at once. Make it async",
  putOff: promises.putOff,
  gateResult: gatePromise,
  notBehind:
    "the function that startActiveSpan was given gives back no promise that waits for the span's end. Make it async",
};

const laid = Symbol("spangate.activeSpans");

/** Lays gates around `startActiveSpan` of all tracers that the provider hands out from now on. */
export function gateActiveSpans(provider: TracerProvider, flow: Flow): void {
  const { getTracer } = provider;
  provider.getTracer = (name, ...rest) => {
    const tracer = Reflect.apply(getTracer, provider, [name, ...rest]) as Tracer & { [laid]?: true };
    if (!tracer[laid]) {
      Object.defineProperty(tracer, laid, { value: true });
      tracer.startActiveSpan = gated(tracer.startActiveSpan, tracer, name, flow);
    }
    return tracer;
  };
}

function gated(start: Tracer["startActiveSpan"], tracer: Tracer, scope: string, flow: Flow): Tracer["startActiveSpan"] {
  const startActiveSpan = (...args: unknown[]) => {
    if (flow.isAtRest) return Reflect.apply(start, tracer, args);
    // An instrumentation that calls it has a frame already, which waits for the span.
    const top = flow.frames.top(scope);
    if (flow.comesToRest() || (top && !top.trace)) return Reflect.apply(start, tracer, args);
    const call = layer(
      args.at(-1),
      (fn) => () => Reflect.apply(start, tracer, args.with(-1, fn)),
      scope,
      activeSpan,
      flow,
    ) as AnyFunction;
    return call();
  };
  return startActiveSpan as Tracer["startActiveSpan"];
}
