// Some instrumentations assign what they patch, or give it to the framework. Layers go around the place where they do.
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Layers } from "./layers.js";
import { endsWithResponse } from "./middleware.js";
import { makeCall, type Shape } from "./shape.js";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Takes over a method that gets a raw function and gives back the patched one. Without that method nothing is held,
 * which is told where a run asks for it.
 * @param at which argument the raw function is
 */
export function layMethod(
  instrumentation: Instrumentation,
  name: string,
  at: number,
  { layer }: Layers,
  shapeOf: (raw: unknown) => Shape,
): void {
  const methods = instrumentation as unknown as Record<string, AnyFunction | undefined>;
  const patch = methods[name];
  if (typeof patch !== "function") return;
  methods[name] = (...args) =>
    layer(
      args[at],
      (raw) => {
        const patched = Reflect.apply(patch, instrumentation, args.with(at, raw));
        passMarks(raw, args[at]);
        return patched;
      },
      shapeOf(args[at]),
    );
}

// By its mark a patch knows the raw function again.
function passMarks(from: unknown, to: unknown): void {
  if (typeof from !== "function" || typeof to !== "function") return;
  for (const key of Reflect.ownKeys(from)) {
    if (!Object.hasOwn(to, key)) Object.defineProperty(to, key, Reflect.getOwnPropertyDescriptor(from, key) ?? {});
  }
}

/** Of what an instrumentation's own hook goes on to. */
export const goingOn: Shape = {
  putOff: (call, latch) => latch.whenOpen(() => void makeCall(call)),
  notBehind: endsWithResponse,
};

/**
 * Lays gates around a hook of an instrumentation itself, which starts a span and goes on inside it.
 * @param shapeOf the shape of what it goes on to, given the hook's arguments
 */
export function layHook(
  hook: AnyFunction,
  { flow, under, over }: Layers,
  shapeOf: (args: readonly unknown[]) => Shape = () => goingOn,
): AnyFunction {
  const gated = new Proxy(hook, {
    apply(target, self, args: unknown[]) {
      const next = args.at(-1);
      if (flow.comesToRest() || typeof next !== "function") return Reflect.apply(target, self, args);
      return Reflect.apply(target, self, args.with(-1, under(next as AnyFunction, shapeOf(args))));
    },
  });
  return over(gated, goingOn);
}
