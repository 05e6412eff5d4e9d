// What spangate knows of a driver: one row of a table.
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Flow } from "./flow.js";
import type { Shape } from "./shape.js";

/** What an instrumentation is about to patch. */
export interface Patching {
  /** The object whose function it is. */
  readonly object: unknown;
  readonly raw: unknown;
  /** What the instrumentation makes of a raw function. */
  readonly patch: (raw: unknown) => unknown;
  readonly flow: Flow;
}

/** For `patches`: a function that starts no span of its own, and ends none that could be put off. */
export function leave({ raw, patch }: Patching): unknown {
  return patch(raw);
}

export interface Adapter {
  /** The name of the instrumentation, which is the scope of its spans. */
  readonly scope: string;
  /** The patched functions by name. One that is not listed has an unknown shape. */
  readonly functions: Readonly<Record<string, Shape>>;
  /** The shape of those that are not listed, where they are all alike. */
  readonly otherwise?: Shape;
  /** Puts gates where the instrumentation patches no function, or in another way than by `_wrap`. */
  readonly install?: (instrumentation: Instrumentation, flow: Flow) => void;
  /** Patched functions, by name, of which no shape is enough: what stands in the patched function's place. */
  readonly patches?: Readonly<Record<string, (patching: Patching) => unknown>>;
  /** For the table in the docs. */
  readonly docs: {
    /** The driver's packages. */
    readonly driver: string;
    /** Where its spans come from, if not from the instrumentation that the scope names. */
    readonly instrumentedBy?: string;
    /** The versions that the tests run with. */
    readonly tested: string;
    /** What its spans are called at their start. */
    readonly spans: string;
    /** Which spans can be held before, and where exactly. */
    readonly before: string;
    readonly after: string;
    /** What cannot be held, and why. */
    readonly unsupported: string;
  };
}
