// What the doctor finds in the certificates of both sides.
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../../../src/cli/program.ts";
import { serveCoordinator } from "../../../src/coordinator/server.ts";
import type { ClientTls, ServerTls } from "../../../src/index.ts";
import { anybody, known, misled, mutual, pairOf, server, stranger } from "../../support/certificates.ts";
import { FakeSurroundings } from "../../support/surroundings.ts";

async function examine(tls: ServerTls | undefined, client: ClientTls) {
  const token = "a-token-of-the-tests";
  const coordinator = await serveCoordinator({ listen: "127.0.0.1:0", token, tls });
  onTestFinished(() => coordinator.close());
  const variables = Object.entries(client).map(([key, value]) => [`SPANGATE_TLS_${key.toUpperCase()}`, String(value)]);
  const env = { SPANGATE_ADDRESS: coordinator.address, SPANGATE_TOKEN: token, ...Object.fromEntries(variables) };
  const around = new FakeSurroundings({ env });
  await run(["doctor", "--json"], around);
  const findings = around.stdout.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { check: string; level: string; text: string; remedy?: string });
  return findings.filter(({ check }) => check === "certificates" || check === "coordinator");
}

describe("tells what is wrong with a certificate, and what to do:", () => {
  it.each<[string, ServerTls, ClientTls, string, string]>([
    [
      "an expired one",
      { ...server, ...pairOf("expired") },
      anybody,
      "the coordinator's has expired on 2021-01-01",
      "Make a new one",
    ],
    [
      "another host's",
      { ...server, ...pairOf("other-host") },
      anybody,
      "it bears DNS:other.example",
      "--tls-servername",
    ],
    ["an unknown authority's", server, misled, "not signed by an authority that is known here", "--tls-ca"],
    [
      "a file that is not there",
      server,
      { ca: "/nowhere.pem" },
      "SPANGATE_TLS_CA cannot be read: ENOENT",
      "Correct the option",
    ],
    ["no key for it", server, { ...anybody, cert: known.cert }, "SPANGATE_TLS_CERT needs SPANGATE_TLS_KEY", "Correct"],
    [
      "an own one that has expired",
      server,
      { ...anybody, ...pairOf("expired") },
      "the own certificate (cert) has expired",
      "many-machines",
    ],
  ])("%s", async (_, tls, client, text, remedy) => {
    const findings = await examine(tls, client);
    const problems = findings.filter(({ check, level }) => check === "certificates" && level === "problem");
    expect(problems).toEqual([
      {
        check: "certificates",
        level: "problem",
        text: expect.stringContaining(text),
        remedy: expect.stringContaining(remedy),
      },
    ]);
  });

  it.each<[string, ServerTls | undefined, ClientTls, string, string]>([
    ["none where one is asked for", mutual, anybody, "takes no such certificate", "--tls-cert with --tls-key"],
    ["a stranger's", mutual, stranger, "takes no such certificate", "--tls-cert with --tls-key"],
    ["no TLS there", undefined, anybody, "does not speak TLS", "--tls-ca"],
  ])("%s", async (_, tls, client, text, remedy) => {
    const problems = (await examine(tls, client)).filter(({ level }) => level === "problem");
    expect(problems).toMatchObject([
      { check: "coordinator", text: expect.stringContaining(text), remedy: expect.stringContaining(remedy) },
    ]);
  });
});

it("finds nothing wrong where both sides know each other, and says nothing of TLS where there is none", async () => {
  const levels = async (tls: ServerTls | undefined, client: ClientTls) =>
    (await examine(tls, client)).map(({ check, level }) => `${check} ${level}`);
  expect(await levels(mutual, known)).toEqual([...Array(3).fill("certificates fine"), "coordinator fine"]);
  expect(await levels(undefined, {})).toEqual(["coordinator fine"]);
});
