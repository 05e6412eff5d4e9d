// A function that takes a handler, which its driver calls for every message: not the call but the handler starts spans,
// so the handler gets the layers. At any time: its messages come later than the call, and with them the runs.
import type { Patching } from "./adapter.js";
import { over, under } from "./sandwich.js";
import type { Shape } from "./shape.js";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * @param at the handler's place among the arguments
 * @param shapeOf the handler's shape, given the receiver and the arguments of the call that takes it
 */
export function layerHandler(
  { raw, patch, flow }: Patching,
  scope: string,
  at: number,
  shapeOf: (self: unknown, args: readonly unknown[]) => Shape,
): unknown {
  let underWay: Shape | undefined;
  const taking = new Proxy(raw as AnyFunction, {
    apply(target, self, args) {
      const handler: unknown = args[at];
      if (!underWay || typeof handler !== "function") return Reflect.apply(target, self, args);
      return Reflect.apply(target, self, args.with(at, over(handler as AnyFunction, scope, underWay, flow)));
    },
  });
  return new Proxy(patch(taking) as AnyFunction, {
    apply(target, self, args) {
      const handler: unknown = args[at];
      if (typeof handler !== "function") return Reflect.apply(target, self, args);
      const before = underWay;
      underWay = shapeOf(self, args);
      try {
        return Reflect.apply(target, self, args.with(at, under(handler as AnyFunction, scope, underWay, flow)));
      } finally {
        underWay = before;
      }
    },
  });
}
