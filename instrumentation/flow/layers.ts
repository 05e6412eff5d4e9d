// Gates for what an instrumentation patches in a way of its own.
import type { Flow } from "./flow.js";
import { layer, over, under } from "./sandwich.js";
import type { Shape } from "./shape.js";

type AnyFunction = (...args: unknown[]) => unknown;

export interface Layers {
  readonly flow: Flow;
  /** What a patch gets in place of a raw function: the start gate. */
  under(raw: AnyFunction, shape: Shape): AnyFunction;
  /** What the application gets in place of a patched function: the frame, and the end gate. */
  over(patched: AnyFunction, shape: Shape): AnyFunction;
  /** Both. */
  layer(raw: unknown, patch: (raw: unknown) => unknown, shape: Shape): unknown;
}

/** @param scope the instrumentation whose spans they are for */
export function layersOf(scope: string, flow: Flow): Layers {
  return {
    flow,
    under: (raw, shape) => under(raw, scope, shape, flow),
    over: (patched, shape) => over(patched, scope, shape, flow),
    layer: (raw, patch, shape) => layer(raw, patch, scope, shape, flow),
  };
}
