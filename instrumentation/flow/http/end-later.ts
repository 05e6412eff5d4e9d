// `response.end()` is called at once, and what it writes stays back: the response has ended for the application in every
// respect, and its client waits.
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { shadow } from "../shadow.js";
import { whenClosed } from "./closing.js";

// Node's own fields. A response writes to its socket while the socket names it, and keeps what it has until then, as
// one does that waits for the response to an earlier request of its connection.
export type Response = ServerResponse & {
  readonly _headerSent: boolean;
  readonly _hasBody: boolean;
  /** How much of it no socket has got yet. */
  readonly outputSize: number;
  _flush(): void;
};
type Turn = Socket & { _httpMessage: unknown };

/** True where `response.end()` sends nothing, and all that was written is with the socket, which sends it by itself. */
export function hasNothingLeft(response: Response, [chunk]: readonly unknown[]): boolean {
  const hasChunk = chunk && typeof chunk !== "function";
  const hasLastChunk = response._hasBody && response.chunkedEncoding;
  return response._headerSent && !hasChunk && !hasLastChunk && response.outputSize === 0;
}

/** @param end calls `response.end()` */
export function endLater(response: Response, latch: Latch, end: () => ServerResponse): ServerResponse {
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
  const unwatch = whenClosed(socket, () => withdraw(latch, "its client has closed the connection"));
  const undo = shadow(response, "assignSocket", (assigned: Turn) => {
    undo();
    assigned._httpMessage = waiting(response);
    latch.whenOpen(() => {
      assigned._httpMessage = null;
      assign.call(response, assigned);
    });
  });
  latch.whenOpen(() => {
    unwatch();
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
