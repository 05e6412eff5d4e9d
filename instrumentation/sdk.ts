// The OpenTelemetry of an application that has none: every automatic instrumentation, every span recorded,
// nothing exported. Where the application sets up its own, that one is joined.
import { createRequire } from "node:module";
import type { ContextManager, TracerProvider as TracerProviderOfApi } from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { offerGlobal } from "./attach/api-global.js";
import { versionOf } from "./attach/api-version.js";
import { type Gates, join } from "./attach/attach.js";
import { closeEsmHookToOthers } from "./attach/foreign-hooks.js";
import { watchInstrumentations } from "./attach/foreign-instrumentations.js";
import { OwnInstrumentations } from "./attach/own-instrumentations.js";
import { SwitchingTracerProvider } from "./attach/switching-provider.js";
import { carryEnvironment, EnvironmentContextManager } from "./environment-context.js";
import { hookEsm } from "./esm-hook.js";

// Its package.json is not among the API's exports.
const ownApiVersion = versionOf(createRequire(__filename).resolve("@opentelemetry/api")) ?? "1.10.0";

/** Makes this process have spans, and their gates. */
export function startSdk(service: string, gates: Gates): void {
  const propagation = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [gates.processor],
  });
  gates.prepareProvider(provider);
  const trace = new SwitchingTracerProvider(provider);
  const context = new EnvironmentContextManager(propagation, process.env).enable();
  let own: OwnInstrumentations | undefined;
  let unhookEsm: (() => void) | undefined;
  let joined = false;

  offerGlobal({ context, propagation, trace }, ownApiVersion, (slot, registered) => {
    if (slot === "context") carryEnvironment(registered as ContextManager, propagation, process.env);
    if (slot !== "trace") return;
    joined = true;
    own?.retire();
    unhookEsm?.();
    trace.switchTo(registered as TracerProviderOfApi);
    join(registered, gates);
  });
  unhookEsm = hookEsm();
  if (!joined) own = new OwnInstrumentations(provider, gates.prepare);
  watchInstrumentations((instrumentation) => {
    own?.giveWayTo(instrumentation);
    gates.prepare(instrumentation);
  });
  closeEsmHookToOthers();
}
