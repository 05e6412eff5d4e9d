// The way to a coordinator.
import { lookup } from "node:dns";
import { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { socketOptions } from "../../src/wire/address.js";
import { type ClientTls, closedByTls, connectionOptions, describeTlsError } from "../../src/wire/tls.js";

export interface Way {
  /** `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  readonly token: string;
  /** PEM texts; `undefined` for a plain connection. */
  readonly tls: ClientTls | undefined;
}

// Loaded before anything is instrumented, or looked for behind it: nothing of the link may become a span.
type Connect = (this: Socket, options: ReturnType<typeof socketOptions> & { lookup: typeof lookup }) => Socket;
const connect = originalOf(Socket.prototype.connect as Connect);
const originalLookup = originalOf(lookup);

/** A plain connection, which takes bytes at once. */
export function openSocket({ address }: Way): Socket {
  const socket = new Socket();
  connect.call(socket, { ...socketOptions(address), lookup: originalLookup });
  socket.setNoDelay(true);
  return socket;
}

/**
 * TLS over a plain connection. Nothing may be written before `onOpen`: until then anybody may be at the other end.
 * @param onOpen gets the connection when the coordinator has shown who it is
 * @param onError gets why it is none
 */
export function secure(
  plain: Socket,
  address: string,
  tls: ClientTls,
  onOpen: (socket: TLSSocket) => void,
  onError: (error: Error) => void,
): void {
  plain.once("connect", () => {
    // Loaded only where it is needed: most coordinators are reached by a Unix socket.
    const { connect } = process.getBuiltinModule("node:tls");
    const socket = connect({ ...connectionOptions(address, tls), socket: plain });
    socket.on("error", (error: Error & { code?: string }) => onError(new Error(describeTlsError(error))));
    socket.on("close", () => onError(new Error(closedByTls)));
    socket.once("secureConnect", () => {
      if (socket.alpnProtocol === "h2") onOpen(socket);
      else onError(new Error("it does not speak HTTP/2"));
    });
  });
}

/** The function that an instrumentation has wrapped. */
function originalOf<Fn>(fn: Fn & { readonly __original?: Fn }): Fn {
  return fn.__original ?? fn;
}
