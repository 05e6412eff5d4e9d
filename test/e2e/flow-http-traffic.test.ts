// What a service sees of its HTTP traffic is the same without spangate, with it, and when its flows are held.
import { type Gateway, openGateway, type Service, type Starter } from "spangate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture, node } from "../support/fixtures.ts";
import { Reports } from "../support/reports.ts";
import { Script } from "../support/scripts.ts";

type Side = "before" | "after";
type Kind = "server" | "client";
type Gate = `${Side} ${Kind}`;

interface Gates {
  readonly held: readonly Gate[];
  /** Where a run says that the flow cannot be held. */
  readonly refused: readonly Gate[];
}

const both: Gates = { held: ["before client", "before server", "after server", "after client"], refused: [] };
const server: Gates = { held: ["before server", "after server"], refused: [] };
const upgrade: Gates = { held: ["before client"], refused: ["after client"] };
/** No response of the server's ends; its client has an error, or was not told in time. */
const failing: Gates = { held: ["before client", "before server", "after client"], refused: ["after server"] };

const scenes: Record<string, Gates> = {
  small: both,
  "keep-alive": both,
  "no agent": both,
  "own connection": both,
  chunks: both,
  written: both,
  upload: both,
  head: both,
  "no content": both,
  "not modified": both,
  "an error": both,
  "a closed connection": both,
  "100-continue": both,
  sent: failing,
  refused: { held: ["before client", "after client"], refused: [] },
  destroyed: failing,
  cut: { held: ["before client", "before server"], refused: ["after server", "after client"] },
  "timed out": failing,
  "socket timeout": failing,
  upgrade,
  raw: server,
  "raw without keep-alive": server,
  pipelined: server,
  https: both,
  fetch: both,
  "fetch chunks": both,
  "fetch written": both,
  "fetch upload": both,
  "fetch head": both,
  "fetch no content": both,
  "fetch not modified": both,
  "fetch an error": both,
  "fetch cut": failing,
  "fetch destroyed": failing,
  "fetch timed out": failing,
  "fetch https": both,
  "undici pipelining": both,
  "HTTP/2": { held: ["after client"], refused: ["before client"] },
  WebSocket: upgrade,
  "undici upload": both,
};

let gateway: Gateway;
let traffic: Service;
let reports: Reports;
let plain: Script;
let plainUrl: string;

beforeAll(async () => {
  const env = { NODE_EXTRA_CA_CERTS: fixture("localhost-cert.pem") };
  gateway = await openGateway();
  traffic = await gateway.service("traffic", node("traffic.mjs"), { ready: /listening on (\d+)/, env });
  reports = new Reports();
  plain = new Script(node("traffic.mjs"), { ...env, ...reports.env });
  plainUrl = `http://127.0.0.1:${(await reports.first("listening"))["port"]}`;
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  reports[Symbol.dispose]();
  await gateway.close();
});

async function play(url: string, scene: string): Promise<unknown> {
  return await (await fetch(`${url}/${encodeURIComponent(scene)}`, { method: "PUT" })).json();
}

/** Every span of a scene, and not the request that has it played. */
function gateOf(starter: Starter, gate: Gate) {
  const [side, kind] = gate.split(" ") as [Side, Kind];
  return starter[side](/^(GET|POST|HEAD)/, { kind });
}

it("knows all scenes", async () => {
  expect(await (await fetch(plainUrl)).json()).toEqual(Object.keys(scenes));
});

describe.each(Object.entries(scenes))("%s", (scene, { held, refused }) => {
  let expected: unknown;
  beforeAll(async () => {
    expected = await play(plainUrl, scene);
  });

  it("is the same while no run is open", async () => {
    expect(await play(traffic.url, scene)).toEqual(expected);
  });

  it("is the same where nothing matches", async () => {
    const alice = gateway.starter("alice", () => play(traffic.url, scene));
    const never = [alice.before("never"), alice.after("never")].map((checkpoint) => checkpoint.ifReached());
    await using runner = gateway.runner([alice], [alice.before("PUT", { kind: "server" }), ...never]);
    expect((await runner.finish()).alice).toEqual(expected);
  });

  it.each(held)("is the same held %s", async (gate) => {
    const alice = gateway.starter("alice", () => play(traffic.url, scene));
    await using runner = gateway.runner([alice], [gateOf(alice, gate)]);
    expect(await runner.next()).toMatchObject({ reached: true, arrival: { mode: "flow" } });
    expect((await runner.finish()).alice).toEqual(expected);
  });

  it.each(refused)("is the same where it cannot be held %s, and the run says so", async (gate) => {
    let played: Promise<unknown> | undefined;
    const alice = gateway.starter("alice", () => {
      played = play(traffic.url, scene);
      return played;
    });
    await using runner = gateway.runner([alice], [gateOf(alice, gate)]);
    await expect(runner.next()).rejects.toMatchObject({ code: "NotGateable" });
    expect(await played).toEqual(expected);
  });
});
