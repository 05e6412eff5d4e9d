// Services whose agents reach the coordinator by TLS: they race as ever, and whoever is not who he must be gets nothing.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { type ClientTls, type HoldMode, openGateway, type ServerTls } from "spangate";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveCoordinator } from "../../src/coordinator/server.ts";
import { agentEnvironment } from "../../src/runner/environment.ts";
import { expectOneLine, patience, run } from "../support/attaching.ts";
import { Account, withdrawFrom } from "../support/bank.ts";
import { anybody, known, misled, mutual, pairOf, server, stranger } from "../support/certificates.ts";
import { node } from "../support/fixtures.ts";

const bank = fileURLToPath(new URL("../../examples/lost-update/bank.js", import.meta.url));
const token = "a token of the tests";

describe("an update is lost", () => {
  it.each<[string, string, ServerTls, HoldMode]>([
    ["TLS and flow holds", "0.0.0.0:0", server, "flow"],
    ["TLS by a host's name", "localhost:0", server, "flow"],
    ["TLS and thread holds", "127.0.0.1:0", server, "thread"],
    ["mutual TLS and flow holds", "0.0.0.0:0", mutual, "flow"],
    ["mutual TLS and thread holds", "127.0.0.1:0", mutual, "thread"],
  ])("by %s", async (_, listen, tls, hold) => {
    const account = await Account.open();
    onTestFinished(() => account.close());
    await account.reset(100);
    await using gateway = await openGateway({ listen, tls });
    const options = { ready: /listening on (\d+)/, hold, env: { DATABASE_URL: account.url } };
    const [first, second] = await Promise.all([
      gateway.service("bank", ["node", bank], options),
      gateway.service("bank", ["node", bank], options),
    ]);
    const alice = gateway.starter("alice", withdrawFrom(first));
    const bob = gateway.starter("bob", withdrawFrom(second));
    await using runner = gateway.runner(
      [alice, bob],
      [alice.after("pg.query:SELECT bank"), bob.after("pg.query:SELECT bank"), alice.finished, bob.finished],
    );
    await runner.next();
    expect(await runner.next()).toMatchObject({ reached: true, arrival: { mode: hold } });
    expect(await account.balance()).toBe(100);
    await runner.finish();
    expect(await account.balance()).toBe(90);
  });
});

describe("a process under test ends with one clear line, in time,", () => {
  it.each<[string, ServerTls, ClientTls | undefined, string]>([
    ["where it knows another authority", server, misled, "not signed by an authority that is known here"],
    ["where it knows no authority but Node's own", server, {}, "not signed by an authority that is known here"],
    ["where the certificate has expired", { ...server, ...pairOf("expired") }, anybody, "has expired"],
    ["where the certificate is another host's", { ...server, ...pairOf("other-host") }, anybody, "another host's"],
    ["where the certificate is forged", { ...server, ...pairOf("forged") }, anybody, "not signed by an authority"],
    ["where it has no certificate and needs one", mutual, anybody, "takes no such certificate, or asks for one"],
    ["where its certificate is a stranger's", mutual, stranger, "takes no such certificate"],
    ["where it speaks no TLS", server, undefined, "speaks TLS (SPANGATE_TLS_CA)"],
  ])("%s", async (_, tls, client, reason) => {
    const address = await serve(tls);
    for (const env of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }]) {
      const { stderr, ...ended } = await run(node("job.js"), { ...environment(address, client), ...env });
      // Node's own warning of that variable.
      expectOneLine({ ...ended, stderr: stderr.replace(/^\(node.*\n|^\(Use .*\n/gm, "") }, address, reason);
    }
  });

  it.each([
    ["with a wrong token", { SPANGATE_TOKEN: "guess" }, "token is missing or wrong"],
    ["with a runner's token", { SPANGATE_TOKEN: token }, "cannot be agents"],
    [
      "with a key and no certificate",
      { SPANGATE_TLS_CERT: "" },
      "SPANGATE_TLS_KEY needs SPANGATE_TLS_CERT: they go together",
    ],
    ["with a file that is not there", { SPANGATE_TLS_CA: "/nowhere.pem" }, "SPANGATE_TLS_CA cannot be read: ENOENT"],
  ])("%s, though its certificate is good", async (_, env, reason) => {
    const address = await serve(mutual);
    expectOneLine(await run(node("job.js"), { ...environment(address, known), ...env }), address, reason);
  });

  it("where the coordinator speaks no TLS", async () => {
    const address = await serve(undefined);
    expectOneLine(await run(node("job.js"), environment(address, anybody)), address, "it does not speak TLS");
  });

  it("where it would have to show another machine's network its token", async () => {
    const address = "192.0.2.1:7717";
    expectOneLine(await run(node("job.js"), environment(address, undefined)), address, "SPANGATE_TLS_CA");
  });
});

it("takes a coordinator by the name in its certificate, where its address is another", async () => {
  const client = { ...anybody, servername: "other.example" };
  await using gateway = await openGateway({
    listen: "127.0.0.1:0",
    tls: { ...pairOf("other-host"), client },
  });
  const job = gateway.starter.process("job", node("job.js"), { env: { REPORT_FILE: "/dev/null" } });
  await using runner = gateway.runner([job], [job.after("work")]);
  expect(await runner.next()).toMatchObject({ reached: true });
  expect((await runner.finish()).job.exitCode).toBe(0);
});

describe("a man in the middle", () => {
  it("hears nothing from an agent that does not know his certificate", async () => {
    const heard: Buffer[] = [];
    const { cert, key } = pairOf("forged");
    const middle = createTlsServer(
      { cert: readFileSync(cert), key: readFileSync(key), ALPNProtocols: ["h2"] },
      (socket) => socket.on("data", (bytes) => heard.push(bytes)).on("error", () => {}),
    );
    middle.on("tlsClientError", () => {});
    const address = await listening(middle);
    expectOneLine(await run(node("job.js"), environment(address, anybody)), address, "not signed by an authority");
    expect(heard).toEqual([]);
  });

  it("hears no token where he does not speak TLS at all", async () => {
    const heard: Buffer[] = [];
    const middle = createServer((socket) =>
      socket
        .on("data", (bytes) => {
          heard.push(bytes);
          socket.destroy();
        })
        .on("error", () => {}),
    );
    const env = environment(await listening(middle), anybody);
    expectOneLine(await run(node("job.js"), env));
    // The greetings of TLS.
    expect(heard.length).toBeGreaterThan(0);
    for (const bytes of heard) expect(bytes.readUInt8(0)).toBe(0x16);
    expect(Buffer.concat(heard).includes(String(env["SPANGATE_TOKEN"]))).toBe(false);
  });
});

async function serve(tls: ServerTls | undefined): Promise<string> {
  const coordinator = await serveCoordinator({ listen: "127.0.0.1:0", token, tls });
  onTestFinished(() => coordinator.close());
  return coordinator.address;
}

async function listening(middle: ReturnType<typeof createServer>): Promise<string> {
  middle.listen(0, "127.0.0.1");
  await once(middle, "listening");
  onTestFinished(() => void middle.close());
  return `127.0.0.1:${(middle.address() as AddressInfo).port}`;
}

function environment(address: string, tls: ClientTls | undefined): Record<string, string> {
  return {
    ...agentEnvironment({ address, token, tls }, { service: "job", hold: "flow", spawned: false }, {}),
    ...patience,
  };
}
