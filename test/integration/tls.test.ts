// The coordinator's door: who gets through it by TLS, and what is refused before anybody can come.
import { statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { dirname } from "node:path";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { type ClientTls, type CoordinatorAddress, openGateway, type ServerTls } from "../../src/index.ts";
import { connectionOptions, readClientTls } from "../../src/wire/tls.ts";
import { anybody, known, misled, mutual, pairOf, server, stranger } from "../support/certificates.ts";

const token = "a token of the tests";

async function serve(tls?: ServerTls): Promise<CoordinatorServer> {
  const coordinator = await serveCoordinator({ listen: "127.0.0.1:0", token, tls });
  onTestFinished(() => coordinator.close());
  return coordinator;
}

async function connected(coordinator: CoordinatorAddress): Promise<number> {
  await using gateway = await openGateway({ connect: coordinator, connectTimeoutMs: 3_000 });
  const alice = gateway.starter("alice", () => 42);
  return (await gateway.runner([alice], [alice.finished]).finish()).alice;
}

describe("a runner in another process", () => {
  it.each<[string, ServerTls, ClientTls]>([
    ["by TLS", server, anybody],
    ["by mutual TLS", mutual, known],
    [
      "by the name in a certificate",
      { ...server, ...pairOf("other-host") },
      { ...anybody, servername: "other.example" },
    ],
    ["by TLS, with certificates as text", server, readClientTls(anybody)],
  ])("controls runs %s", async (_, tls, client) => {
    const { address } = await serve(tls);
    expect(await connected({ address, token, tls: client })).toBe(42);
  });

  it.each<[string, ServerTls | undefined, ClientTls, string]>([
    ["another authority's certificate", server, misled, "not signed by an authority"],
    ["an expired certificate", { ...server, ...pairOf("expired") }, anybody, "has expired"],
    ["another host's certificate", { ...server, ...pairOf("other-host") }, anybody, "another host's"],
    ["a forged certificate", { ...server, ...pairOf("forged") }, anybody, "not signed by an authority"],
    ["a coordinator that wants to see its own", mutual, anybody, "takes no such certificate"],
    ["a coordinator that does not take its own", mutual, stranger, "takes no such certificate"],
    ["no TLS", undefined, anybody, "does not speak TLS"],
  ])("is told of %s", async (_, tls, client, reason) => {
    const { address } = await serve(tls);
    await expect(connected({ address, token, tls: client })).rejects.toMatchObject({
      code: "Refused",
      message: expect.stringContaining(reason),
    });
  });

  it("is refused with a wrong token, whatever its certificate", async () => {
    const { address } = await serve(mutual);
    await expect(connected({ address, token: "guess", tls: known })).rejects.toMatchObject({
      code: "Refused",
      message: expect.stringContaining("refused the token"),
    });
  });
});

describe("a coordinator that asks for certificates", () => {
  it("says no word to who has none, health and reflection included", async () => {
    const { address } = await serve(mutual);
    const read = readClientTls(anybody);
    const socket = connectTls({ ...connectionOptions(address, read), host: "127.0.0.1", port: portOf(address) });
    expect(await heardBy(socket)).toEqual([]);
  });

  it("says no word to who speaks no TLS", async () => {
    const { address } = await serve(mutual);
    const socket = connect(portOf(address), "127.0.0.1");
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    const alerts = Buffer.concat(await heardBy(socket));
    // At most TLS's own alert.
    expect(alerts.length === 0 || alerts.readUInt8(0) === 0x15).toBe(true);
  });
});

describe("refuses before anybody can come", () => {
  it.each(["0.0.0.0:0", "[::]:0", "192.0.2.1:7717", "build.example:7717", "127.0.0.1.example:0"])(
    "to listen at %s without TLS",
    async (listen) => {
      const refused = { code: "BadOption", message: expect.stringContaining("insecure: true") };
      await expect(openGateway({ listen })).rejects.toMatchObject(refused);
      await expect(serveCoordinator({ listen, token })).rejects.toMatchObject(refused);
      await expect(openGateway({ connect: { address: listen, token } })).rejects.toMatchObject(refused);
    },
  );

  it("certificates that cannot be read, that do not fit, and those that belong elsewhere", async () => {
    const refused = async (options: Parameters<typeof openGateway>[0], reason: string) =>
      await expect(openGateway(options)).rejects.toMatchObject({
        code: "BadOption",
        message: expect.stringContaining(reason),
      });
    const listen = "127.0.0.1:0";
    await refused({ listen, tls: { ...server, cert: "/nowhere.pem" } }, "tls.cert cannot be read: ENOENT");
    await refused({ listen, tls: { ...server, key: pairOf("client").key } }, "make no TLS");
    await refused({ listen, tls: { ...server, client: { ca: "/nowhere.pem" } } }, "tls.client.ca cannot be read");
    await refused({ listen, tls: { ...server, client: { cert: known.cert } } }, "go together");
    const { address } = await serve(server);
    await refused({ connect: { address, token, tls: { ca: "/nowhere.pem" } } }, "connect.tls.ca cannot be read");
    await refused({ connect: { address, token }, tls: server }, "belong into connect");
  });

  it("nothing where the option names what it is", async () => {
    await using gateway = await openGateway({ listen: "0.0.0.0:0", insecure: true });
    expect(gateway.coordinator.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(gateway.environment("bank", {})).toMatchObject({ SPANGATE_INSECURE: "1" });
    expect(await connected(gateway.coordinator)).toBe(42);
  });
});

it("gives services what they need to attach, and nothing that controls runs", async () => {
  await using gateway = await openGateway({ listen: "127.0.0.1:0", tls: mutual });
  const variables = gateway.environment("bank", {
    SPANGATE_INSECURE: "1",
    SPANGATE_TLS_SERVERNAME: "of another gateway",
  });
  expect(variables).toMatchObject({
    SPANGATE_TLS: "1",
    SPANGATE_TLS_CA: known.ca,
    SPANGATE_TLS_CERT: known.cert,
    SPANGATE_TLS_KEY: known.key,
    SPANGATE_TLS_SERVERNAME: "",
    SPANGATE_INSECURE: "",
  });
  expect(Object.values(variables)).not.toContain(gateway.coordinator.token);
});

it("is reached by nobody else's processes where nobody says otherwise: a socket in a folder of its user", async (test) => {
  test.skip(process.platform === "win32", "Windows has no Unix sockets here");
  await using gateway = await openGateway();
  const { address } = gateway.coordinator;
  expect(statSync(dirname(address.replace("unix:", ""))).mode & 0o077).toBe(0);
});

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

/** What the other side has said when it has closed the connection. */
async function heardBy(socket: Socket): Promise<readonly Buffer[]> {
  const heard: Buffer[] = [];
  socket.on("data", (bytes) => heard.push(bytes));
  socket.on("error", () => {});
  await new Promise((resolve) => socket.on("close", resolve));
  return heard;
}
