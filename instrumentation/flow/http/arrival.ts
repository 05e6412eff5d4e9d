// A server's request: its handler is called later. A client that does not wait for it has sent nothing.
import type { IncomingMessage, Server } from "node:http";
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { makeCall, type RawCall } from "../shape.js";

/** The connection of a request, whose handlers begin in sequence; `undefined` for other events of the server. */
export function connectionOf({ args: [event, request] }: RawCall): object | undefined {
  return event === "request" ? (request as IncomingMessage).socket : undefined;
}

/** @param call `server.emit("request", request, response)` */
export function putOffRequest(call: RawCall, latch: Latch, hold?: Latch): boolean {
  const request = call.args[1] as IncomingMessage;
  const onClose = () => withdraw(hold, "its client has closed the connection");
  request.once("close", onClose);
  latch.whenOpen(() => {
    request.removeListener("close", onClose);
    // The handler of a request never begins with one that is over: its "close" would be missed.
    if (!request.destroyed) makeCall(call);
  });
  return (call.self as Server).listenerCount("request") > 0;
}
