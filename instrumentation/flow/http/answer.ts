// The end of a server's response. Its span ends when the response is closed, and the client has it by then, so the gate
// stands in front of `response.end()`: that is called at once, and what it writes stays back.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { context } from "@opentelemetry/api";
import { getRPCMetadata } from "@opentelemetry/core";
import type { SpanView } from "../../span-facts.js";
import type { Trace } from "../../trace.js";
import type { Flow } from "../flow.js";
import { foresee } from "../foresight.js";
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { shadow } from "../shadow.js";
import type { RawCall } from "../shape.js";

type End = (...args: unknown[]) => ServerResponse;

// Node's own fields. A response writes to its socket while the socket names it, and keeps what it has until then, as
// one does that waits for the response to an earlier request of its connection.
type Response = ServerResponse & { readonly _headerSent: boolean; readonly _hasBody: boolean; _flush(): void };
type Turn = Socket & { _httpMessage: unknown };

const sent = "all of it was sent before response.end(): its client has it already";

/** @param call `server.emit("request", request, response)` */
export function gateAnswer({ args, frame }: RawCall, trace: Trace, flow: Flow): void {
  const [, request, response] = args as [string, IncomingMessage, Response];
  // The route is put into it by routers, later.
  const metadata = getRPCMetadata(context.active());
  const end = response.end as End;
  const undo = shadow(response, "end", (...given: unknown[]) => {
    undo();
    const view = foreseeEnd(trace, request, response, metadata?.route);
    if (trace.endIsMet || !trace.gates.asksForFlow("after", view)) return end.apply(response, given);
    if (frame) frame.isGatedBehind = true;
    const latch = flow.meetEnd(trace, view, hasNothingLeft(response, given) ? sent : undefined);
    return latch ? endLater(response, latch, () => end.apply(response, given)) : end.apply(response, given);
  });
}

// As the instrumentation names a span at its end.
function foreseeEnd(
  { span }: Trace,
  { method }: IncomingMessage,
  { statusCode }: ServerResponse,
  route: string | undefined,
): SpanView {
  const attributes = {
    "http.response.status_code": statusCode,
    "http.route": route,
    "error.type": statusCode >= 500 && statusCode < 600 ? String(statusCode) : undefined,
  };
  return foresee(span, attributes, route ? `${method || "GET"} ${route}` : span.name);
}

function hasNothingLeft(response: Response, [chunk]: readonly unknown[]): boolean {
  const hasChunk = chunk && typeof chunk !== "function";
  const hasLastChunk = response._hasBody && response.chunkedEncoding;
  return response._headerSent && !hasChunk && !hasLastChunk && response.writableLength === 0;
}

function endLater(response: Response, latch: Latch, end: () => ServerResponse): ServerResponse {
  const stay = response.socket ? stayInFront : stayInLine;
  stay(response, latch);
  try {
    return end();
  } catch (error) {
    withdraw(latch, "response.end() has thrown");
    throw error;
  }
}

// It has its connection, and must not know that it is its turn.
function stayInFront(response: Response, latch: Latch): void {
  const socket = response.socket as Turn;
  const wait = waiting(response);
  const takeTurn = () => {
    socket.removeListener("close", onClose);
    if (socket._httpMessage === wait) socket._httpMessage = response;
  };
  const onClose = () => {
    takeTurn();
    withdraw(latch, "its client has closed the connection");
  };
  // In front of Node's own listener, which tells the response.
  socket.prependListener("close", onClose);
  socket._httpMessage = wait;
  latch.whenOpen(() => {
    takeTurn();
    response._flush();
  });
}

// It waits for the response to an earlier request of its connection.
function stayInLine(response: Response, latch: Latch): void {
  const { socket } = response.req;
  const assign = response.assignSocket;
  const onClose = () => withdraw(latch, "its client has closed the connection");
  socket.once("close", onClose);
  const undo = shadow(response, "assignSocket", (assigned: Turn) => {
    undo();
    assigned._httpMessage = waiting(response);
    latch.whenOpen(() => {
      assigned._httpMessage = null;
      assign.call(response, assigned);
    });
  });
  latch.whenOpen(() => {
    socket.removeListener("close", onClose);
    undo();
  });
}

// Stands for the response while its turn is put off: what asks the socket gets the same answers.
function waiting(response: Response): object {
  return new Proxy(response, {
    get(target, key) {
      // A connection whose response is still to come is not idle.
      if (key === "finished") return false;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
