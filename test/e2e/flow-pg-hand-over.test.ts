// A pool gives a connection on while a query of who had it is held.
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { node } from "../support/fixtures.ts";
import { openPostgres, type Store } from "../support/stores.ts";

let gateway: Gateway;
let store: Store;
let bank: Service;

beforeAll(async () => {
  [gateway, store] = await Promise.all([openGateway(), openPostgres()]);
  const options = { ready: /listening on (\d+)/, env: { STORE_URL: store.url } };
  bank = await gateway.service("bank", node("stores/pg-hand-over.mjs"), options);
});
afterAll(async () => {
  await gateway?.close();
  await store?.close();
});

it.each(["promise", "callback"])("keeps a held query out of another actor's transaction, by %s", async (way) => {
  await store.reset(100);
  const alice = gateway.starter("alice", () => fetch(`${bank.url}/${way}`));
  const bob = gateway.starter("bob", () => fetch(`${bank.url}/rollback`));
  // Behind its last checkpoint bob runs toward its end, as far as it comes while alice is held.
  const order = [alice.before("pg.query:UPDATE bank"), bob.started, alice.finished];
  await using runner = gateway.runner([alice, bob], order, { stallMs: 300 });
  const { alice: hers, bob: his } = await runner.finish();
  expect(runner.interleaving.entries).toContainEqual(expect.objectContaining({ type: "stalled", actor: "bob" }));
  expect([hers.status, his.status]).toEqual([200, 200]);
  expect(await store.balance()).toBe(90);
});

it("keeps the sequence of a transaction whose run ends while its first query is held", async () => {
  await store.reset(100);
  const answered = Promise.withResolvers<Response>();
  const alice = gateway.starter("alice", async () => answered.resolve(await fetch(`${bank.url}/over`)));
  const runner = gateway.runner([alice], [alice.before("pg.query:BEGIN bank")]);
  await runner.next();
  await runner.close();
  expect((await answered.promise).status).toBe(200);
  expect(await store.balance()).toBe(100);
});

it("lets a release by callback fail the second time, and not release whom the connection was given to", async () => {
  const alice = gateway.starter("alice", () => fetch(`${bank.url}/twice`));
  await using runner = gateway.runner([alice], [alice.after("pg-pool.connect", { nth: 2 })]);
  expect((await runner.finish()).alice.status).toBe(200);
});
