// The instrumentations of an application that has none of its own. Where the application creates one itself, ours of
// that name goes; where it registers a tracer provider, all of them: it then has the spans that it would have without
// spangate, and no others.
import { ProxyTracerProvider, type TracerProvider } from "@opentelemetry/api";
import { getNodeAutoInstrumentations } from "@opentelemetry/auto-instrumentations-node";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { undoOwnPatchesOnly } from "./private-fields.js";

export class OwnInstrumentations {
  readonly #active = new Map<string, readonly Instrumentation[]>();

  /** @param prepare called with every instrumentation before it patches anything */
  constructor(provider: TracerProvider, prepare: (instrumentation: Instrumentation) => void) {
    for (const instrumentation of getNodeAutoInstrumentations()) {
      const parts = partsOf(instrumentation);
      for (const part of parts) {
        prepare(part);
        undoOwnPatchesOnly(part);
      }
      instrumentation.setTracerProvider(provider);
      this.#active.set(instrumentation.instrumentationName, parts);
    }
  }

  giveWayTo({ instrumentationName }: Instrumentation): void {
    const parts = this.#active.get(instrumentationName);
    this.#active.delete(instrumentationName);
    const [instrumentation] = parts ?? [];
    if (!instrumentation) return;
    instrumentation.disable();
    // A patch that cannot be undone starts spans that nobody sees, and that leave their parent the parent of all inside.
    instrumentation.setTracerProvider(new ProxyTracerProvider());
  }

  retire(): void {
    for (const [instrumentation] of [...this.#active.values()]) if (instrumentation) this.giveWayTo(instrumentation);
  }
}

// node-redis has one instrumentation a generation, behind a shell that only passes calls on.
function partsOf(instrumentation: Instrumentation): readonly Instrumentation[] {
  const children = Object.values(instrumentation).filter(
    (value: unknown): value is Instrumentation =>
      typeof value === "object" && value !== null && "instrumentationName" in value && "setTracerProvider" in value,
  );
  return [instrumentation, ...children];
}
