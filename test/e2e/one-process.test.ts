// Two requests of one process: a flow hold stops only one of them.
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Account, startBank, withdrawFrom } from "../support/bank.ts";

const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 50);
let account: Account;
let gateway: Gateway;
let bank: Service;

beforeAll(async () => {
  [gateway, account] = await Promise.all([openGateway(), Account.open()]);
  bank = await startBank(gateway, account);
});
beforeEach(() => account.reset(100));
afterAll(async () => {
  await gateway.close();
  await account.close();
});

function actors() {
  return [gateway.starter("alice", withdrawFrom(bank)), gateway.starter("bob", withdrawFrom(bank))] as const;
}

it("holds one request while the other goes on", async () => {
  const [alice, bob] = actors();
  await using runner = gateway.runner(
    [alice, bob],
    [alice.after("pg.query:SELECT bank"), bob.before("pg.query:UPDATE bank"), alice.finished, bob.finished],
  );
  expect((await runner.next())?.arrival).toMatchObject({ mode: "flow", pid: bank.pid });
  expect((await runner.next())?.arrival).toMatchObject({ mode: "flow", pid: bank.pid });
  expect(await account.balance()).toBe(100);
  const results = await runner.finish();
  expect(results.alice.status).toBe(200);
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
