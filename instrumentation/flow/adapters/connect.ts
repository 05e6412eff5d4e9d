// connect. The instrumentation replaces the middleware that `use` is given.
import type { Adapter } from "../adapter.js";
import { layersOf } from "../layers.js";
import { answered, middleware, unanswered } from "../middleware.js";
import { layMethod } from "../patch-methods.js";

const scope = "@opentelemetry/instrumentation-connect";

export const connect: Adapter = {
  scope,
  functions: {},
  install: (instrumentation, flow) =>
    layMethod(instrumentation, "_patchMiddleware", 1, layersOf(scope, flow), () => middleware),
  docs: {
    driver: "connect",
    tested: "the instrumentation's patch (no connect is installed)",
    spans: "`middleware - <name>`",
    before: "the middleware is not called yet",
    after: answered,
    unsupported: unanswered,
  },
};
