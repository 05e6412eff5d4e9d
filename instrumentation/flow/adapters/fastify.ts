// fastify, by OpenTelemetry's own instrumentation: hooks, and a span of the handler that ends with the reply.
import type { Adapter } from "../adapter.js";
import { layersOf } from "../layers.js";
import { answering, asyncThatEndsEarly, hook, rawOfReply, unanswered } from "../middleware.js";
import { goingOn, layHook, layMethod } from "../patch-methods.js";
import type { Shape } from "../shape.js";
import { isAsync } from "../shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

const scope = "@opentelemetry/instrumentation-fastify";

function goingOnTo(args: readonly unknown[]): Shape {
  return answering(goingOn, () => rawOfReply(args));
}

export const fastify: Adapter = {
  scope,
  functions: {},
  install(instrumentation, flow) {
    const layers = layersOf(scope, flow);
    layMethod(instrumentation, "_wrapHandler", 2, layers, (raw) =>
      answering(isAsync(raw as AnyFunction) ? asyncThatEndsEarly : hook, rawOfReply),
    );
    const target = instrumentation as unknown as { _hookPreHandler?: () => AnyFunction };
    const { _hookPreHandler: make } = target;
    if (make) target._hookPreHandler = () => layHook(make.call(target), layers, goingOnTo);
  },
  docs: {
    driver: "fastify (@opentelemetry/instrumentation-fastify)",
    tested: "fastify 5",
    spans: "`middleware - <hook>`, `request handler - <name>`",
    before: "the hook (`middleware - …`) or the handler (`request handler - …`) is not called yet",
    after:
      "the hook has gone on, and what comes next is not called yet; or the hook or the handler has answered, and its answer stays back: what it does behind response.end() goes on",
    unsupported: unanswered,
  },
};
