// express: every layer of a router is a function, which the instrumentation patches where it is added.
import type { Adapter } from "../adapter.js";
import { answered, middleware, unanswered } from "../middleware.js";

export const express: Adapter = {
  scope: "@opentelemetry/instrumentation-express",
  functions: { handle: middleware },
  docs: {
    driver: "express",
    tested: "express 4, 5",
    spans: "`middleware - <name>`, `request handler - <route>`, `router - <path>`",
    before: "the middleware or the route's handlers are not called yet",
    after: answered,
    unsupported: `${unanswered}; \`after\` a \`router\` span, which ends before its handlers are called; error handlers have no spans`,
  },
};
