// Nobody waits any more: a client leaves while its request is held, or gives up a request that is held.
import { connect } from "node:net";
import { type Actor, type Gateway, openGateway, type Service, together } from "spangate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stateOf } from "../support/coordinator-process.ts";
import { freshSchema } from "../support/database.ts";
import { fixture } from "../support/fixtures.ts";
import { untilAsync } from "../support/until.ts";

let gateway: Gateway;
let service: Service;
let caller: Service;

beforeAll(async () => {
  gateway = await openGateway();
  const command = ["node", "--expose-gc", fixture("patient.mjs")];
  const ready = /listening on (\d+)/;
  service = await gateway.service("patient", command, { ready, env: { DATABASE_URL: await freshSchema() } });
  caller = await gateway.service("caller", command, { ready, env: { TARGET: `${service.url}/count` } });
});
afterAll(() => gateway.close());

interface Health {
  readonly begun: number;
  readonly gone: number;
  readonly done: number;
  readonly heap: number;
}

async function ask(path: string, { url } = service): Promise<Health> {
  return (await (await fetch(`${url}${path}`)).json()) as Health;
}

function requestOf(path: string, { headers }: Actor): string {
  const carried = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\nHost: here\r\n${carried.join("")}\r\n`;
}

async function holds(): Promise<number> {
  return (await stateOf(gateway.coordinator)).holds.length;
}

async function untilHolds(count: number): Promise<void> {
  await untilAsync(`${count} holds`, async () => ((await holds()) === count ? true : undefined), 10_000);
}

it("withdraws a held request whose client has gone: its handler never begins", async () => {
  const before = await ask("/health");
  const controller = new AbortController();
  const { promise: stays, resolve: leave } = Promise.withResolvers<void>();
  const alice = gateway.starter("alice", async () => {
    await fetch(`${service.url}/count`, { signal: controller.signal }).catch(() => {});
    await stays;
  });
  await using runner = gateway.runner([alice], [alice.before("GET", { kind: "server" })]);
  await runner.next();
  expect(await holds()).toBe(1);
  controller.abort();
  await untilHolds(0);
  leave();
  await runner.finish();
  expect(String(runner.interleaving)).toContain("its client has closed the connection");
  expect(await ask("/health")).toMatchObject({ begun: before.begun, gone: before.gone });
});

it("withdraws a held response whose client has gone, and tells the application", async () => {
  const before = await ask("/health");
  const { promise: stays, resolve: leave } = Promise.withResolvers<void>();
  const socket = connect(service.port ?? 0, "127.0.0.1");
  const alice = gateway.starter("alice", async (actor) => {
    socket.write(requestOf("/query", actor));
    await stays;
  });
  await using runner = gateway.runner([alice], [alice.after("GET", { kind: "server" })]);
  await runner.next();
  expect(await ask("/health")).toMatchObject({ done: before.done + 1, gone: before.gone });
  socket.destroy();
  await untilHolds(0);
  leave();
  await runner.finish();
  expect(await ask("/health")).toMatchObject({ done: before.done + 1, gone: before.gone + 1 });
});

it("keeps what is held deeper inside a request whose client has gone: its handler still lives", async () => {
  const before = await ask("/health");
  const controller = new AbortController();
  const { promise: stays, resolve: leave } = Promise.withResolvers<void>();
  const alice = gateway.starter("alice", async () => {
    await fetch(`${service.url}/query`, { signal: controller.signal }).catch(() => {});
    await stays;
  });
  await using runner = gateway.runner([alice], [alice.after("pg.query:SELECT *")]);
  await runner.next();
  controller.abort();
  await untilAsync("gone", async () => ((await ask("/health")).gone > before.gone ? true : undefined));
  expect(await holds()).toBe(1);
  expect((await ask("/health")).done).toBe(before.done);
  leave();
  await runner.finish();
  await untilAsync("done", async () => ((await ask("/health")).done > before.done ? true : undefined));
});

it.each([
  ["/aborted/http", "before", "AbortError", 0],
  ["/aborted/fetch", "before", "AbortError", 0],
  ["/aborted/reply", "after", "closed", 1],
  ["/aborted/fetch", "after", "AbortError", 1],
  ["/aborted/undici", "after", "AbortError", 1],
] as const)("withdraws a request of %s that is given up while held %s", async (path, side, outcome, arrived) => {
  const before = await ask("/health");
  const alice = gateway.starter("alice", () => ask(path, caller));
  await using runner = gateway.runner([alice], [alice[side]("GET", { service: "caller", kind: "client" })]);
  await runner.next();
  expect(await holds()).toBe(1);
  await ask("/abort", caller);
  // The answer may be here before the coordinator hears of it, and finish() would let the request go on.
  await untilHolds(0);
  expect((await runner.finish()).alice).toEqual({ outcome });
  expect(String(runner.interleaving)).toContain(`gone from ${side} GET`);
  expect((await ask("/health")).begun).toBe(before.begun + arrived);
});

const rounds = 40;
const crowd = 250;

it(`leaks nothing of ${rounds * crowd} held requests whose clients go`, { timeout: 600_000 }, async () => {
  const paths = Array.from({ length: crowd }, (_, at) => `/nobody/${at}`);
  const before = await ask("/health");
  let heap = 0;
  for (let round = 0; round < rounds; round += 1) {
    const sockets = paths.map(() => connect(service.port ?? 0, "127.0.0.1"));
    const { promise: stays, resolve: leave } = Promise.withResolvers<void>();
    const alice = gateway.starter("alice", async (actor) => {
      for (const [at, socket] of sockets.entries()) socket.write(requestOf(paths[at] ?? "", actor));
      await stays;
    });
    const [first, ...others] = paths.map((path) => alice.before("GET", { attributes: { "url.path": path } }));
    if (!first) throw new Error("unreachable");
    await using runner = gateway.runner([alice], [together(first, ...others)]);
    await runner.next();
    expect(await holds()).toBe(crowd);
    for (const socket of sockets) socket.destroy();
    // Before the run ends, which would let them begin.
    await untilHolds(0);
    leave();
    await runner.finish();
    // What is made once has been made by now.
    if (round === rounds / 10) heap = (await ask("/health")).heap;
  }
  const after = await ask("/health");
  expect(after.begun).toBe(before.begun);
  // A request that stays in memory takes more than 5 kB: they would be 45 MB.
  expect(after.heap - heap).toBeLessThan(5_000_000);
});
