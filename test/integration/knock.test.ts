// Why nobody answers, where nobody does.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { openGateway } from "../../src/index.ts";
import { knock } from "../../src/runner/knock.ts";

/** Somebody who takes connections, and says nothing or what is given. */
async function somebody(word?: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
    if (word !== undefined) socket.end(word);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const connect = (address: string) => openGateway({ connect: { address, token: "x" }, connectTimeoutMs: 300 });

it("tells of a dead port that it refuses connections, and not that the time is over", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.close();
  await expect(connect(address)).rejects.toMatchObject({
    code: "CoordinatorUnreachable",
    message: expect.stringContaining(`No coordinator answers at ${address}: connect ECONNREFUSED`),
  });
});

it("tells of who takes connections and says nothing that he is there", async () => {
  await expect(connect(await somebody())).rejects.toMatchObject({
    code: "CoordinatorUnreachable",
    message: expect.stringContaining("somebody takes connections there, and has not answered within 300 ms"),
  });
});

it("tells of who closes plain connections that he does", async () => {
  await expect(connect(await somebody("\x15"))).rejects.toMatchObject({
    code: "Refused",
    message: expect.stringContaining("takes no plain connection"),
  });
});

it("waits no longer than it is told for a machine that is switched off", async () => {
  // TEST-NET-1 (RFC 5737): nobody is there. Where the network says so at once, that is told.
  await expect(knock({ address: "192.0.2.1:7717", token: "x" }, 100)).rejects.toMatchObject({
    code: "CoordinatorUnreachable",
    message: expect.stringMatching(/no connection within 100 ms|E[A-Z]+/),
  });
});
