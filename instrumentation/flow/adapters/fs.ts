// fs and fs/promises.
import type { Adapter } from "../adapter.js";
import type { Shape } from "../shape.js";
import { hasCallback, isAsync, promisesOrCallbacks, synchronous } from "../shapes.js";

const anyFunction: Shape = {
  ...promisesOrCallbacks,
  refuses: (call) => (hasCallback(call.args) || isAsync(call.raw) ? undefined : synchronous.refuses?.(call)),
  notBehind: "it gives its result at once",
};

export const fs: Adapter = {
  scope: "@opentelemetry/instrumentation-fs",
  functions: {},
  otherwise: anyFunction,
  docs: {
    driver: "node:fs (OpenTelemetry leaves it out unless OTEL_NODE_ENABLED_INSTRUMENTATIONS names it)",
    tested: "Node's",
    spans: "`fs <function>`",
    before: "the file is not touched yet",
    after: "the file was touched, and the result waits",
    unsupported: "functions that end in `Sync`: they give their result at once",
  },
};
