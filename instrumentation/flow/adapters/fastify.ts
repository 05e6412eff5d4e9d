// fastify, by OpenTelemetry's own instrumentation: hooks, and a span of the handler that ends with the reply.
import type { Adapter } from "../adapter.js";
import { layersOf } from "../layers.js";
import { asyncThatEndsEarly, hook } from "../middleware.js";
import { layHook, layMethod } from "../patch-methods.js";
import { isAsync } from "../shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

const scope = "@opentelemetry/instrumentation-fastify";

export const fastify: Adapter = {
  scope,
  functions: {},
  install(instrumentation, flow) {
    const layers = layersOf(scope, flow);
    layMethod(instrumentation, "_wrapHandler", 2, layers, (raw) =>
      isAsync(raw as AnyFunction) ? asyncThatEndsEarly : hook,
    );
    const target = instrumentation as unknown as { _hookPreHandler?: () => AnyFunction };
    const { _hookPreHandler: make } = target;
    if (make) target._hookPreHandler = () => layHook(make.call(target), layers);
  },
  docs: {
    driver: "fastify (@opentelemetry/instrumentation-fastify)",
    tested: "fastify 5",
    spans: "`middleware - <hook>`, `request handler - <name>`",
    before: "the hook (`middleware - …`) or the handler (`request handler - …`) is not called yet",
    after: "the hook has gone on, and what comes next is not called yet",
    unsupported: "`after` a request handler: its span ends as the reply is sent",
  },
};
