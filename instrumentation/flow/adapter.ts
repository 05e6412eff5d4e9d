// What spangate knows of a driver: one row of a table.
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Flow } from "./flow.js";
import type { Shape } from "./shape.js";

export interface Adapter {
  /** The name of the instrumentation, which is the scope of its spans. */
  readonly scope: string;
  /** The patched functions by name. One that is not listed has an unknown shape. */
  readonly functions: Readonly<Record<string, Shape>>;
  /** Puts gates where the instrumentation patches no function. */
  readonly install?: (instrumentation: Instrumentation, flow: Flow) => void;
  /** For the table in the docs. */
  readonly docs: {
    /** The driver's packages. */
    readonly driver: string;
    /** The versions that the tests run with. */
    readonly tested: string;
    /** Which spans can be held before, and where exactly. */
    readonly before: string;
    readonly after: string;
    /** What cannot be held, and why. */
    readonly unsupported: string;
  };
}
