// What is kept of a connection that pings, whatever its calls are.
import { EventEmitter } from "node:events";
import { Metadata } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { Heartbeats } from "../../../src/coordinator/heartbeats.ts";
import { pingHeader } from "../../../src/wire/pings.ts";

class Connection extends EventEmitter {
  readonly remoteAddress = "192.0.2.1";
  readonly remotePort = 4711;
  readonly bytesRead = 0;
}

class Call extends EventEmitter {
  readonly metadata = new Metadata();

  constructor() {
    super();
    this.metadata.set(pingHeader, "1");
  }

  getPeer(): string {
    return "192.0.2.1:4711";
  }
}

it("keeps nothing of calls that have ended, of however many", () => {
  const heartbeats = new Heartbeats();
  const connection = new Connection();
  heartbeats.add(connection as never);
  for (let at = 0; at < 100; at += 1) {
    const call = new Call();
    heartbeats.watch(call);
    call.emit(at % 2 === 0 ? "close" : "cancelled");
  }
  expect(connection.listenerCount("close")).toBe(1);
  connection.emit("close");
});
