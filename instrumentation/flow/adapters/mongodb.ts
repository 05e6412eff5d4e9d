// mongodb: every operation is a command on a connection of its own.
import type { Adapter } from "../adapter.js";
import { promises } from "../shapes.js";

export const mongodb: Adapter = {
  scope: "@opentelemetry/instrumentation-mongodb",
  // Its last argument may be a class: it is no callback.
  functions: { command: promises },
  docs: {
    driver: "mongodb",
    tested: "mongodb 7",
    spans: "`<command> <collection>`, such as `find users`",
    before: "the command has its connection and is not sent; `timeoutMS` runs on",
    after: "the answer has come, and its caller does not have it",
    unsupported:
      "mongodb 3; `after` before mongodb 6.4; commands outside a request, for which the instrumentation makes no span",
  },
};
