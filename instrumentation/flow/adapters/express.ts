// express: every layer of a router is a function, which the instrumentation patches where it is added.
import type { Adapter } from "../adapter.js";
import { middleware } from "../middleware.js";

export const express: Adapter = {
  scope: "@opentelemetry/instrumentation-express",
  functions: { handle: middleware },
  docs: {
    driver: "express",
    tested: "express 4, 5",
    spans: "`middleware - <name>`, `request handler - <route>`, `router - <path>`",
    before: "the middleware or the route's handlers are not called yet",
    after: "it has called `next`, and what comes next is not called yet",
    unsupported:
      "`after` a handler that answers the request: its span ends with the response; `after` a `router` span, which ends before its handlers are called; error handlers have no spans",
  },
};
