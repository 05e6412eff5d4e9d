// router, which is also the inside of express 5: spans for each handler of a route, and for error handlers.
import type { Adapter } from "../adapter.js";
import { answered, middleware, unanswered } from "../middleware.js";

export const router: Adapter = {
  scope: "@opentelemetry/instrumentation-router",
  functions: {
    handleRequest: middleware,
    handleError: middleware,
    // router 1
    handle_request: middleware,
    handle_error: middleware,
  },
  docs: {
    driver: "router",
    tested: "router 2, also inside express 5",
    spans: "`middleware - <name>`, `request handler - <route>`",
    before: "the handler is not called yet",
    after: answered,
    unsupported: unanswered,
  },
};
