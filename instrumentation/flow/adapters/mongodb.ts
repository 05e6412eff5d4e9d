// mongodb: every operation is a command on a connection of its own.
import type { Adapter } from "../adapter.js";
import { promisesOrCallbacks } from "../shapes.js";

export const mongodb: Adapter = {
  scope: "@opentelemetry/instrumentation-mongodb",
  functions: { command: promisesOrCallbacks },
  docs: {
    driver: "mongodb",
    tested: "mongodb 7",
    before: "the command has its connection and is not sent; `timeoutMS` runs on",
    after: "the answer has come, and its caller does not have it",
    unsupported: "mongodb 3; commands outside a request, for which the instrumentation makes no span",
  },
};
