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
}

export class Heartbeats {
  /** By the other side's address and port, as calls know it. */
  readonly #connections = new Map<string, Socket>();

  add(connection: Socket): void {
    const { remoteAddress, remotePort } = connection;
    // Of a Unix socket the system tells every end.
    if (remotePort === undefined) return;
    const peer = `${remoteAddress}:${remotePort}`;
    this.#connections.set(peer, connection);
    connection.once("close", () => this.#connections.delete(peer));
  }

  /** @param onSilent called before the call's connection is ended because nothing is heard of it */
  watch(call: PingingCall, onSilent: () => void = () => {}): void {
    const connection = this.#connections.get(call.getPeer());
    if (!connection || call.metadata.get(pingHeader).length === 0) return;
    const silence = new Silence();
    const timer = setInterval(() => {
      if (!silence.ping(connection.bytesRead)) return;
      onSilent();
      connection.destroy();
    }, pingMs).unref();
    connection.once("close", () => clearInterval(timer));
  }
}
