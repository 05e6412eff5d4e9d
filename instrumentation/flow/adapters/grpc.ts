// grpc-js, both sides.
import type { Adapter } from "../adapter.js";
import { clientCall } from "../grpc/client-call.js";
import { serverHandler } from "../grpc/server-handler.js";

export const grpc: Adapter = {
  scope: "@opentelemetry/instrumentation-grpc",
  functions: { func: serverHandler },
  // Clients have a method for each of their service's methods.
  otherwise: clientCall,
  docs: {
    driver: "@grpc/grpc-js",
    tested: "@grpc/grpc-js 1.14; unary calls and all streams",
    spans: "`grpc.<package>.<Service>/<Method>`, on both sides (`kind`)",
    before: "server: the handler is not called yet; client: nothing is sent yet",
    after:
      "server: the status is not sent yet; client: the status has come (all messages of a stream have), and the caller does not have it",
    unsupported: "",
  },
};
