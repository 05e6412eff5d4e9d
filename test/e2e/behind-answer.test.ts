// What an actor does behind its answer is its own too.
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Account } from "../support/bank.ts";
import { node } from "../support/fixtures.ts";

const select = "pg.query:SELECT bank";
let gateway: Gateway;
let account: Account;
let service: Service;

beforeAll(async () => {
  [gateway, account] = await Promise.all([openGateway(), Account.open()]);
  const env = { DATABASE_URL: account.url };
  service = await gateway.service("later", node("later.mjs"), { ready: /listening on (\d+)/, env });
});
afterAll(async () => {
  await gateway.close();
  await account.close();
});
beforeEach(() => account.reset(100));

const runs = Number(process.env.SPANGATE_TEST_RUNS ?? 5);

function starter(name: string) {
  return gateway.starter(name, async () => (await fetch(service.url)).status);
}

it.each(["before", "after"] as const)("`finished` comes behind it: held %s a query", async (phase) => {
  for (let run = 0; run < runs; run += 1) {
    await account.reset(100);
    const [alice, bob] = [starter("alice"), starter("bob")];
    await using runner = gateway.runner(
      [alice, bob],
      [alice[phase](select), bob[phase](select), bob.finished, alice.finished],
    );
    await runner.next();
    await runner.next();
    expect(await account.balance()).toBe(100);
    await runner.next();
    expect(await account.balance()).toBe(98);
    await runner.next();
    expect(await account.balance()).toBe(phase === "before" ? 96 : 98);
    expect(await runner.finish()).toEqual({ alice: 202, bob: 202 });
    const ends = runner.interleaving.entries.flatMap((it) => (it.type === "reached" ? it.reached : []));
    expect(ends.map(({ checkpoint }) => `${checkpoint.actor} ${checkpoint.phase}`).slice(2)).toEqual([
      "bob finished",
      "alice finished",
    ]);
  }
});

it("finish() comes behind it", async () => {
  for (let run = 0; run < runs; run += 1) {
    await account.reset(100);
    const [alice, bob] = [starter("alice"), starter("bob")];
    await gateway.runner([alice, bob], [alice.after(select), bob.after(select)]).finish();
    expect(await account.balance()).toBe(96);
  }
});

it("also where nothing of it was held", async () => {
  for (let run = 0; run < runs; run += 1) {
    await account.reset(100);
    const [alice, bob] = [starter("alice"), starter("bob")];
    await using runner = gateway.runner([alice, bob], [alice.finished, bob.finished]);
    await runner.next();
    expect(await account.balance()).toBe(98);
    await runner.finish();
    expect(await account.balance()).toBe(96);
  }
});

it("also a call to another service, until that has answered", async () => {
  const start = (env: Record<string, string>) =>
    gateway.service("called", node("later-call.mjs"), { ready: /listening on (\d+)/, env });
  await using next = await start({ DATABASE_URL: account.url });
  await using first = await start({ NEXT: next.url });
  for (let run = 0; run < runs; run += 1) {
    await account.reset(100);
    const alice = gateway.starter("alice", async () => (await fetch(first.url)).status);
    await using runner = gateway.runner([alice], [alice.finished], { stallMs: 60_000 });
    await runner.next();
    expect(await account.balance()).toBe(99);
    await runner.finish();
  }
});

it("but a loop without end no longer than a step may take, and once", async () => {
  const options = { ready: /listening on (\d+)/, env: { DATABASE_URL: account.url } };
  await using polling = await gateway.service("polling", node("polling.mjs"), options);
  const [alice, bob] = ["alice", "bob"].map((name) => gateway.starter(name, () => fetch(polling.url)));
  if (!alice || !bob) return expect.unreachable();
  await using runner = gateway.runner([alice, bob], [alice.started, bob.finished], { stepTimeoutMs: 500 });
  await runner.next();
  await runner.next();
  await runner.finish();
  const stalled = runner.interleaving.entries.flatMap((it) => (it.type === "stalled" ? [it.actor] : []));
  expect(stalled).toEqual(["alice"]);
});
