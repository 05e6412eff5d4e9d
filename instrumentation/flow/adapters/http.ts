// node:http and node:https, both sides.
import type { Adapter } from "../adapter.js";
import { gateAnswer } from "../http/answer.js";
import { connectionOf, putOffRequest } from "../http/arrival.js";
import { putOffSending } from "../http/departure.js";
import { gateReply } from "../http/reply.js";
import { takeSocket } from "../scarce/http-agent.js";
import type { Shape } from "../shape.js";

const emit: Shape = { putOff: putOffRequest, lineOf: connectionOf, gateCall: gateAnswer };

const request: Shape = { putOff: putOffSending, takes: takeSocket, gateResult: gateReply };

export const http: Adapter = {
  scope: "@opentelemetry/instrumentation-http",
  functions: { emit, request },
  docs: {
    driver: "node:http, node:https",
    tested: "Node 22, 24, 26",
    spans: "`GET`, on both sides (`kind`); the server's is `GET /route` at its end where a router tells the route",
    before:
      "server: the handler has not begun; client: the request is not given to its agent, and no connection is made for it",
    after:
      "server: response.end() was called, and what it sends stays back; client: all has come but the end of the response, or its error",
    unsupported:
      "`after` a server's response whose last byte was sent before response.end(), or that was cut off; `after` a client's response that was cut off, or an upgrade",
  },
};
