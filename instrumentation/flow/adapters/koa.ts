// koa and @koa/router. The instrumentation replaces the middleware that `use` is given, and those in a router's stack.
import type { Adapter } from "../adapter.js";
import { layersOf } from "../layers.js";
import { layMethod } from "../patch-methods.js";
import { promises } from "../shapes.js";

const scope = "@opentelemetry/instrumentation-koa";

export const koa: Adapter = {
  scope,
  functions: {},
  install: (instrumentation, flow) =>
    layMethod(instrumentation, "_patchLayer", 0, layersOf(scope, flow), () => promises),
  docs: {
    driver: "koa, @koa/router",
    tested: "koa 3, @koa/router 15",
    spans: "`middleware - <name>`, `router - <route>`",
    before: "the middleware is not called yet",
    after: "it and all inside it is done; the middleware around it, or the response, waits",
    unsupported: "generator functions and routers inside routers: they have no spans",
  },
};
