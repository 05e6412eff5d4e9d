import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Account, startBank, withdrawFrom } from "../support/bank.ts";

const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 50);
let account: Account;
let gateway: Gateway;
let first: Service;
let second: Service;

beforeAll(async () => {
  [gateway, account] = await Promise.all([openGateway(), Account.open()]);
  [first, second] = await Promise.all([startBank(gateway, account), startBank(gateway, account)]);
});
beforeEach(() => account.reset(100));
afterAll(async () => {
  await gateway.close();
  await account.close();
});

function actors() {
  return [gateway.starter("alice", withdrawFrom(first)), gateway.starter("bob", withdrawFrom(second))] as const;
}

it("stands still where the test can look, and loses an update", async () => {
  const [alice, bob] = actors();
  await using runner = gateway.runner(
    [alice, bob],
    [alice.after("pg.query:SELECT bank"), bob.after("pg.query:SELECT bank"), alice.finished, bob.finished],
  );
  await runner.next();
  const both = await runner.next();
  expect(both?.arrival).toMatchObject({
    span: "pg.query:SELECT bank",
    kind: "client",
    service: "bank",
    pid: second.pid,
  });
  expect(await account.balance()).toBe(100);
  const results = await runner.finish();
  expect(results.alice.status).toBe(200);
  expect(await results.bob.json()).toEqual({ balance: 90 });
  expect(await account.balance()).toBe(90);
});

it(`loses the update in ${runs} of ${runs} runs`, { timeout: 600_000 }, async () => {
  let wrong = 0;
  for (let run = 0; run < runs; run += 1) {
    await account.reset(100);
    const [alice, bob] = actors();
    await using runner = gateway.runner(
      [alice, bob],
      [alice.after("pg.query:SELECT bank"), bob.after("pg.query:SELECT bank"), alice.finished, bob.finished],
    );
    await runner.finish();
    if ((await account.balance()) === 90) wrong += 1;
  }
  expect(wrong).toBe(runs);
});

it(`keeps both updates in ${runs} of ${runs} serial runs`, { timeout: 600_000 }, async () => {
  let right = 0;
  for (let run = 0; run < runs; run += 1) {
    await account.reset(100);
    const [alice, bob] = actors();
    await using runner = gateway.runner([alice, bob], [alice.after("pg.query:UPDATE bank"), bob.before("pg.query:*")]);
    await runner.finish();
    if ((await account.balance()) === 80) right += 1;
  }
  expect(right).toBe(runs);
});

it("holds before a query whose text matches", async () => {
  const [alice] = actors();
  await using runner = gateway.runner(
    [alice],
    [alice.before("pg.query:*", { kind: "client", attributes: { "db.query.text": /UPDATE account/ } })],
  );
  const reached = await runner.next();
  expect(reached?.arrival?.span).toBe("pg.query:UPDATE bank");
  expect(reached?.arrival?.attributes["db.query.text"]).toBe("UPDATE account SET balance = $1 WHERE id = 1");
  expect(await account.balance()).toBe(100);
  await runner.finish();
  expect(await account.balance()).toBe(90);
});

it("tells that a checkpoint which may never come was not reached, when the bank is repaired", async () => {
  const [one, two] = await Promise.all([
    startBank(gateway, account, "bank-repaired.js"),
    startBank(gateway, account, "bank-repaired.js"),
  ]);
  const alice = gateway.starter("alice", withdrawFrom(one));
  const bob = gateway.starter("bob", withdrawFrom(two));
  await using runner = gateway.runner(
    [alice, bob],
    [alice.after("pg.query:SELECT bank"), bob.after("pg.query:SELECT bank").ifReached(), alice.finished, bob.finished],
  );
  expect((await runner.next())?.reached).toBe(true);
  expect((await runner.next())?.reached).toBe(false);
  await runner.finish();
  expect(await account.balance()).toBe(80);
  expect(String(runner.interleaving)).toContain("makes no progress");
  await Promise.all([one.stop(), two.stop()]);
});

it("goes through the order by iteration, by skipTo, and together", async () => {
  const [alice, bob] = actors();
  const order = [alice.after("pg.query:SELECT bank"), bob.before("pg.query:UPDATE bank"), alice.finished, bob.finished];
  const names: string[] = [];
  for await (const { checkpoint } of gateway.runner([alice, bob], order)) names.push(String(checkpoint));
  expect(names).toEqual(order.map(String));
  expect(await account.balance()).toBe(90);
});
