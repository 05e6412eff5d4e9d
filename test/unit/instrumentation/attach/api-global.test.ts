// The protocol by which copies of OpenTelemetry's API register, with real copies of two versions.
import { createRequire } from "node:module";
import type * as Api from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { offerGlobal } from "../../../../instrumentation/attach/api-global.ts";

const key = Symbol.for("opentelemetry.js.api.1");
const holder = globalThis as unknown as Record<symbol, unknown>;

// A copy of its own each time: copies remember what they have seen.
function copyOf(folder: string): typeof Api {
  const require = createRequire(new URL(`${folder}/package.json`, import.meta.url));
  for (const file of Object.keys(require.cache)) if (file.includes("@opentelemetry/api/")) delete require.cache[file];
  return require("@opentelemetry/api");
}
const copies = { "1.9": "../../../versions/otel-1", "1.10": "../../../.." };

const silent = { error() {}, warn() {}, info() {}, debug() {}, verbose() {} };
const named = (name: string) => ({ getTracer: () => ({ name }) as unknown as Api.Tracer });
const nameOf = (tracer: Api.Tracer) => (tracer as unknown as { name: string }).name;
const manager = (name: string) => ({ active: () => name, disable() {} }) as unknown as Api.ContextManager;
const offer = {
  context: manager("own"),
  propagation: { fields: () => ["own"] } as unknown as Api.TextMapPropagator,
  trace: named("own"),
};

let registered: (readonly [string, object])[];
const start = () => offerGlobal(offer, "1.10.0", (slot, value) => registered.push([slot, value]));

beforeEach(() => {
  registered = [];
  delete holder[key];
});
afterEach(() => {
  delete holder[key];
});

describe.each(Object.entries(copies))("a copy of version %s", (_, folder) => {
  it("finds what is offered until it registers something", () => {
    start();
    const api = copyOf(folder);
    expect(nameOf(api.trace.getTracer("any"))).toBe("own");
    expect(api.context.active()).toBe("own");
    expect(api.propagation.fields()).toEqual(["own"]);
    expect(registered).toEqual([]);
  });

  it("registers its own as if nothing were there, and is given it", () => {
    start();
    const api = copyOf(folder);
    api.trace.getTracer("early");
    const context = manager("application");
    expect(api.context.setGlobalContextManager(context)).toBe(true);
    expect(api.context.active()).toBe("application");
    expect(nameOf(api.trace.getTracer("any"))).toBe("own");
    expect(api.trace.setGlobalTracerProvider(named("application"))).toBe(true);
    expect(nameOf(api.trace.getTracer("any"))).toBe("application");
    expect(registered.map(([slot]) => slot)).toEqual(["context", "trace"]);
  });

  it("finds nothing that it has not registered, once it has a tracer provider", () => {
    start();
    const api = copyOf(folder);
    api.trace.setGlobalTracerProvider(named("application"));
    expect(api.propagation.fields()).toEqual([]);
    expect(api.context.active()).toBe(api.ROOT_CONTEXT);
  });

  it("is refused a second registration, as without spangate", () => {
    start();
    const api = copyOf(folder);
    const error = vi.fn();
    api.diag.setLogger({ ...silent, error }, api.DiagLogLevel.ERROR);
    expect(api.trace.setGlobalTracerProvider(named("first"))).toBe(true);
    expect(api.trace.setGlobalTracerProvider(named("second"))).toBe(false);
    expect(error).toHaveBeenCalledOnce();
    expect(nameOf(api.trace.getTracer("any"))).toBe("first");
  });

  it("registers anew what it has disabled", () => {
    start();
    const api = copyOf(folder);
    api.trace.setGlobalTracerProvider(named("first"));
    api.trace.disable();
    expect(api.trace.setGlobalTracerProvider(named("second"))).toBe(true);
    expect(nameOf(api.trace.getTracer("any"))).toBe("second");
    expect(registered).toHaveLength(2);
  });

  it("has what it had registered before", () => {
    const api = copyOf(folder);
    api.trace.setGlobalTracerProvider(named("earlier"));
    start();
    expect(registered.map(([slot]) => slot)).toEqual(["trace"]);
    expect(nameOf(api.trace.getTracer("any"))).toBe("earlier");
    expect(api.context.setGlobalContextManager(manager("later"))).toBe(true);
    expect(api.context.active()).toBe("later");
  });
});

it("serves copies of two versions at once", () => {
  start();
  const [older, newer] = [copyOf(copies["1.9"]), copyOf(copies["1.10"])];
  expect(older.trace.setGlobalTracerProvider(named("application"))).toBe(true);
  expect(nameOf(newer.trace.getTracer("any"))).toBe("application");
  expect(newer.context.setGlobalContextManager(manager("newer"))).toBe(true);
  expect(older.context.active()).toBe("newer");
});
