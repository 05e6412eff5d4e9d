// net and tls: connect. What is written to a socket, and what listens to it, begins before it is connected.
import type { Adapter } from "../adapter.js";
import { makeCall } from "../shape.js";

const reason = "a socket is in use before it is connected. Hold a span of what is sent through it";

export const net: Adapter = {
  scope: "@opentelemetry/instrumentation-net",
  functions: { connect: { refuses: () => reason, putOff: makeCall, notBehind: reason } },
  docs: {
    driver: "node:net, node:tls",
    tested: "Node's",
    spans: "`tcp.connect`, `tls.connect`",
    before: "never",
    after: "never",
    unsupported: "all: a socket is in use before it is connected",
  },
};
