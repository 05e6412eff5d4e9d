// nestjs-core. The instrumentation patches what makes a route's handler: around what that gives back, and around the
// controller's method that it gets.
import type { Adapter, Patching } from "../adapter.js";
import { type Layers, layersOf } from "../layers.js";
import { answering } from "../middleware.js";
import { promises } from "../shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** What reflect-metadata adds, where it is loaded. */
interface Metadata {
  getMetadataKeys?(target: object): unknown[];
  getMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

// The response is sent before its promise is settled; on fastify it is inside the reply.
const requestContext = answering(
  {
    putOff: promises.putOff,
    notBehind:
      "the response is sent before this span ends, by no http server that spangate knows. Hold after the handler's span (the method's name)",
  },
  ([, response]) => (response as { raw?: unknown } | undefined)?.raw ?? response,
);

const scope = "@opentelemetry/instrumentation-nestjs-core";

export const nestjsCore: Adapter = {
  scope,
  functions: {},
  // Of the router's execution contexts, and of the factory of applications.
  patches: {
    create(patching) {
      const layers = layersOf(scope, patching.flow);
      return (patching.object as object).constructor.name === "RouterExecutionContext"
        ? layCreated(patching, layers)
        : layers.layer(patching.raw, patching.patch, promises);
    },
  },
  docs: {
    driver: "@nestjs/core",
    tested: "@nestjs/core 11 on express 5",
    spans: "`<Controller>.<method>`, `<method>`",
    before:
      "guards, pipes and interceptors (the span `Controller.method`) or the method (the span `method`) are not called yet",
    after:
      "the method (the span `method`) is done; interceptors and the response wait. All is done (the span `Controller.method`), and its answer stays back",
    unsupported: "`after` `Controller.method` of a response that was cut off, or sent before response.end()",
  },
};

function layCreated({ raw, patch }: Patching, { under, over }: Layers): AnyFunction {
  const patched = patch(function create(this: unknown, instance: unknown, callback: AnyFunction, ...rest: unknown[]) {
    const inner = withMetadata(over(callback, promises), callback);
    return under(Reflect.apply(raw as AnyFunction, this, [instance, inner, ...rest]) as AnyFunction, requestContext);
  });
  return function create(this: unknown, instance, callback, ...rest) {
    const inner = withMetadata(under(callback as AnyFunction, promises), callback as AnyFunction);
    return over(Reflect.apply(patched as AnyFunction, this, [instance, inner, ...rest]) as AnyFunction, requestContext);
  };
}

// Metadata belongs to one function object: decorators' would be lost with another.
function withMetadata(layered: AnyFunction, original: AnyFunction): AnyFunction {
  const { getMetadataKeys, getMetadata, defineMetadata } = Reflect as Metadata;
  for (const key of getMetadataKeys?.(original) ?? []) defineMetadata?.(key, getMetadata?.(key, original), layered);
  return layered;
}
