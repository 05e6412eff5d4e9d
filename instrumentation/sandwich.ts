// Gates under and over every function that an instrumentation patches. All of them patch through one replaceable
// method, `_wrap(object, name, patch)`; here each raw function gets a layer under the patch, and the patched one a
// layer over it:
//
//   application → over: open a frame → patch: start the span, set attributes → under: the start gate → raw function
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Frames } from "./frames.js";

type AnyFunction = (...args: unknown[]) => unknown;
type Patch = (raw: unknown, name: unknown) => unknown;
type Wrap = (object: unknown, name: unknown, patch: Patch) => unknown;

const owned = Symbol("spangate.sandwich");

/** Takes an instrumentation's `_wrap` over; once. One without that method is left as it is. */
export function sandwich<Span>(instrumentation: Instrumentation, frames: Frames<Span>, isArmed: () => boolean): void {
  const target = instrumentation as unknown as { _wrap?: Wrap & { [owned]?: true } };
  const wrap = target._wrap;
  if (typeof wrap !== "function" || wrap[owned]) return;
  const scope = instrumentation.instrumentationName;
  const layered: Wrap & { [owned]?: true } = (object, name, patch) =>
    wrap.call(instrumentation, object, name, (raw, key) =>
      layer(raw, (under) => patch(under, key), scope, frames, isArmed),
    );
  layered[owned] = true;
  target._wrap = layered;
}

function layer<Span>(
  raw: unknown,
  patch: (raw: unknown) => unknown,
  scope: string,
  frames: Frames<Span>,
  isArmed: () => boolean,
): unknown {
  if (typeof raw !== "function") return patch(raw);
  // Proxies keep a function's name, length, properties and prototype: some patches look at them.
  const under = new Proxy(raw as AnyFunction, {
    apply(target, self, args) {
      frames.enterRaw(scope);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      frames.enterRaw(scope);
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
  const patched = patch(under);
  if (patched === under) return raw;
  if (typeof patched !== "function") return patched;
  return new Proxy(patched as AnyFunction, {
    apply(target, self, args) {
      return isArmed()
        ? inFrame(frames, scope, () => Reflect.apply(target, self, args))
        : Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      const make = () => Reflect.construct(target, args, newTarget) as object;
      return isArmed() ? inFrame(frames, scope, make) : make();
    },
  });
}

function inFrame<Span, T>(frames: Frames<Span>, scope: string, call: () => T): T {
  const frame = frames.push(scope);
  try {
    return call();
  } finally {
    frames.pop(frame);
  }
}
