// The command line by TLS: a coordinator beyond loopback, services, and those who look at it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ClientTls, openGateway } from "spangate";
import { describe, expect, it } from "vitest";
import { anybody, known, misled, pairOf, stranger } from "../support/certificates.ts";
import { fixture, node } from "../support/fixtures.ts";
import { call, Served, start } from "../support/spangate.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const serverFiles = ["--tls-cert", pairOf("server").cert, "--tls-key", pairOf("server").key];
const byTls = ["--listen", "0.0.0.0:0", ...serverFiles];
const mutually = [...byTls, "--tls-client-ca", fixture("tls/ca.pem")];

function variablesOf({ ca, cert, key }: ClientTls): Record<string, string> {
  return { SPANGATE_TLS_CA: ca ?? "", SPANGATE_TLS_CERT: cert ?? "", SPANGATE_TLS_KEY: key ?? "" };
}

function optionsOf({ ca = "", cert, key }: ClientTls): readonly string[] {
  return ["--tls-ca", ca, ...(cert && key ? ["--tls-cert", cert, "--tls-key", key] : [])];
}

describe.each<[string, readonly string[], ClientTls, object]>([
  ["TLS", byTls, anybody, { tls: "tls" }],
  ["mutual TLS", mutually, known, { tls: "mutual" }],
])("by %s", (_, args, client, told) => {
  it.each<[string, readonly string[], Record<string, string>]>([
    ["options", optionsOf(client), {}],
    ["variables", [], variablesOf(client)],
  ])("holds, tells, and lets go, by %s", async (__, options, variables) => {
    await using served = await Served.start(...args);
    expect(served.ready).toMatchObject(told);
    const env = { ...served.env, ...variables };
    const ask = (...line: readonly string[]) => call([...line, ...options], env);
    const command = node("frameworks/plain.cjs");
    await using service = start(["exec", "--service", "plain", ...options, "--", ...command], env);
    const port = await service.said(/listening on (\d+)/);
    await using watching = start(["watch", ...options], env);
    await watching.said(/(plain attaches)/);
    await using gateway = await openGateway({ connect: { ...served.at, tls: client } });
    const alice = gateway.starter("alice", () => fetch(`http://127.0.0.1:${port}/async`));
    await using runner = gateway.runner([alice], [alice.before("outer")]);
    await runner.next();
    expect((await ask("holds")).stdout).toMatch(/alice {2}before outer {2}plain/);
    await watching.said(/(alice held before outer)/);
    expect(await ask("release", "--actor", "alice")).toMatchObject({ exitCode: 0 });
    await runner.finish();
    const { stdout } = await ask("doctor", "--json");
    const findings = stdout.split("\n").filter((line) => line.includes('"certificates"'));
    expect(findings.length).toBe(client.cert ? 3 : 2);
    for (const finding of findings) expect(finding).toContain('"fine"');
    expect(stdout).toContain("answers and takes the token");
    watching.kill("SIGTERM");
    expect(await watching.ended).toMatchObject({ exitCode: 0 });
  });

  it("lets nobody in who speaks no TLS", async () => {
    await using served = await Served.start(...args);
    const { exitCode, stderr } = await call(["holds"], served.env);
    expect({ exitCode }).toEqual({ exitCode: 3 });
    expect(stderr).toMatch(/^spangate: The coordinator at \S+ takes no plain connection[^\n]*--tls-ca FILE[^\n]*\n$/);
  });
});

it.each<[string, readonly string[], ClientTls, string]>([
  ["another authority", byTls, misled, "not signed by an authority that is known here"],
  ["no certificate where one is asked for", mutually, anybody, "takes no such certificate"],
  ["a stranger's certificate", mutually, stranger, "takes no such certificate"],
])("refuses with one line: %s", async (_, args, client, reason) => {
  await using served = await Served.start(...args);
  const refused = await call(["holds", ...optionsOf(client)], served.env);
  expect(refused).toMatchObject({ exitCode: 3, stdout: "", stderr: expect.stringContaining(reason) });
  const service = await call(["exec", ...optionsOf(client), "--", ...node("app.cjs")], served.env);
  expect(service).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(reason) });
});

describe("the agents' own token", () => {
  it("starts services where the coordinator's must not be, and controls nothing", async () => {
    await using served = await Served.start(...byTls);
    const { stdout } = await call(["token", "--token-file", served.tokenFile]);
    const file = join(await temporaryFolder(), "agent token");
    await writeFile(file, stdout);
    const told = stdout.trim();
    expect(told).not.toBe(served.at.token);
    const where = { SPANGATE_ADDRESS: served.at.address, ...variablesOf(anybody) };
    const print = 'printf "%s" "$SPANGATE_TOKEN"; exec "$0" "$1"';
    const command = ["sh", "-c", print, ...node("frameworks/plain.cjs")];
    await using service = start(["exec", "--agent-token-file", file, "--", ...command], where);
    const shown = await service.said(/^(\S+)listening on \d+/);
    expect(shown).toBe(told);
    const refused = await call(["holds", "--token-file", file], where);
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("cannot control runs") });
  });

  it("comes from a file, as secrets of containers do", async () => {
    await using served = await Served.start(...byTls);
    const file = join(await temporaryFolder(), "agent-token");
    await writeFile(file, (await call(["token"], served.env)).stdout);
    const print = `exec env -u SPANGATE_TOKEN SPANGATE_TOKEN_FILE="${file}" "$0" "$1"`;
    const command = ["sh", "-c", print, ...node("frameworks/plain.cjs")];
    const env = { ...served.env, ...variablesOf(anybody) };
    await using service = start(["exec", "--", ...command], env);
    await service.said(/listening on (\d+)/);
    const holds = { ...env, SPANGATE_TOKEN: undefined, SPANGATE_TOKEN_FILE: served.tokenFile };
    expect(await call(["holds"], holds)).toMatchObject({ exitCode: 0 });
    const missing = await call(["exec", "--", "sh", "-c", print.replace(file, "/nowhere"), ...node("app.cjs")], env);
    expect(missing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("SPANGATE_TOKEN_FILE cannot be read"),
    });
  });
});

describe("before anything starts, with the option that is wrong,", () => {
  it.each<[string, readonly string[], string]>([
    ["plain TCP beyond loopback", ["--listen", "0.0.0.0:0"], "--tls-cert and --tls-key, or --insecure"],
    ["plain TCP at a host's name", ["--listen", "build.example:7717"], "--listen"],
    [
      "a file that is not there",
      ["--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"],
      "--tls-cert cannot be read",
    ],
    ["a certificate without a key", serverFiles.slice(0, 2), "--tls-cert and --tls-key; one of them is missing"],
    [
      "another's key",
      [...serverFiles.slice(0, 3), pairOf("client").key],
      "--tls-key is the key of another certificate",
    ],
    [
      "a key for a certificate",
      ["--tls-cert", pairOf("server").key, "--tls-key", pairOf("server").key],
      "--tls-cert has no certificate",
    ],
    [
      "no authority of clients",
      [...serverFiles, "--tls-client-ca", fixture("app.cjs")],
      "--tls-client-ca has no certificate",
    ],
    [
      "an expired certificate",
      ["--tls-cert", pairOf("expired").cert, "--tls-key", pairOf("expired").key],
      "has expired on 2021-01-01",
    ],
  ])("refuses to serve: %s", async (_, args, reason) => {
    const { exitCode, stdout, stderr } = await call(["serve", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^spangate: [^\n]+\n$/);
    expect(stderr).toContain(reason);
  });

  it.each<[string, readonly string[], Record<string, string>, string]>([
    ["plain TCP to another machine", [], {}, "--tls-ca FILE, or --insecure"],
    ["a file that is not there", ["--tls-ca", "/nowhere.pem"], {}, "--tls-ca cannot be read: ENOENT"],
    [
      "a variable's that is not there",
      [],
      { SPANGATE_TLS_CA: "/nowhere.pem" },
      "SPANGATE_TLS_CA cannot be read: ENOENT",
    ],
    ["a file that is none", ["--tls-ca", fixture("app.cjs")], {}, "--tls-ca has no certificate"],
    [
      "a certificate without a key",
      ["--tls-cert", pairOf("client").cert],
      {},
      "--tls-cert needs --tls-key: they go together",
    ],
    [
      "a variable's certificate without a key",
      [],
      { SPANGATE_TLS_CERT: pairOf("client").cert },
      "SPANGATE_TLS_CERT needs SPANGATE_TLS_KEY: they go together",
    ],
    [
      "another's key",
      optionsOf({ ...known, key: pairOf("server").key }),
      {},
      "--tls-key is the key of another certificate",
    ],
  ])("refuses to look: %s", async (_, args, env, reason) => {
    const named = { SPANGATE_ADDRESS: "192.0.2.1:7717", SPANGATE_TOKEN: "token", ...env };
    for (const line of [
      ["holds", ...args],
      ["exec", ...args, "--", "echo"],
    ]) {
      const { exitCode, stdout, stderr } = await call(line, named);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(reason);
    }
  });
});

it("listens beyond loopback without TLS where that is named, and says what it takes", async () => {
  await using script = start(["serve", "--listen", "0.0.0.0:0", "--insecure"]);
  const address = await script.said(/^spangate: ready at (127\.0\.0\.1:\d+)\n/);
  await script.said(/which needs (SPANGATE_INSECURE=1)/);
  const token = (await readFile(await script.said(/\$\(cat (\S+)\)/), "utf8")).trim();
  const holds = await call(["holds", "--insecure", "--address", address], { SPANGATE_TOKEN: token });
  expect(holds).toMatchObject({ exitCode: 0 });
});

it("tells what services on other machines need", async () => {
  await using script = start(["serve", ...mutually]);
  const file = await script.said(/spangate token --token-file (\S+)/);
  await script.said(/address is (HOST:\d+)/);
  await script.said(/(SPANGATE_TLS_CA=FILE)/);
  await script.said(/(SPANGATE_TLS_CERT=FILE SPANGATE_TLS_KEY=FILE)/);
  const secret = (await readFile(file, "utf8")).trim();
  script.kill("SIGTERM");
  const { stdout } = await script.ended;
  expect(stdout).not.toContain(secret);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
