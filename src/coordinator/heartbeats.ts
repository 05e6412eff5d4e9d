// The connections of clients that ping: one of which nothing is heard any more is ended, and what it held goes on. Who pings
// says so with its call, since others need not: a stopped thread cannot, and a link on this machine tells its end by itself.
import type { Socket } from "node:net";
import type { Metadata } from "@grpc/grpc-js";
import { pingMs, Silence } from "../core/silence.js";
import { clearInterval, setInterval } from "../real-time.js";
import { pingHeader } from "../wire/pings.js";

interface PingingCall {
  readonly metadata: Metadata;
  getPeer(): string;
  once(event: "close" | "cancelled", listener: () => void): unknown;
}

/** A connection, and who is told before it is ended: the calls that go on over it. */
interface Connection {
  readonly socket: Socket;
  readonly calls: Map<PingingCall, () => void>;
  timer: ReturnType<typeof setInterval> | undefined;
}

export class Heartbeats {
  /** By the other side's address and port, as calls know it. */
  readonly #connections = new Map<string, Connection>();

  add(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Of a Unix socket the system tells every end.
    if (remotePort === undefined) return;
    const peer = `${remoteAddress}:${remotePort}`;
    const connection: Connection = { socket, calls: new Map(), timer: undefined };
    this.#connections.set(peer, connection);
    socket.once("close", () => {
      clearInterval(connection.timer);
      this.#connections.delete(peer);
    });
  }

  /** @param onSilent called before the call's connection is ended because nothing is heard of it */
  watch(call: PingingCall, onSilent: () => void = () => {}): void {
    const connection = this.#connections.get(call.getPeer());
    if (!connection || call.metadata.get(pingHeader).length === 0) return;
    const { socket, calls } = connection;
    calls.set(call, onSilent);
    // Its client may have many calls, one after the other.
    for (const end of ["close", "cancelled"] as const) call.once(end, () => calls.delete(call));
    if (connection.timer !== undefined) return;
    const silence = new Silence();
    connection.timer = setInterval(() => {
      if (!silence.ping(socket.bytesRead)) return;
      for (const tell of calls.values()) tell();
      socket.destroy();
    }, pingMs).unref();
  }
}
