// Who waits for whose lock is known, not guessed.
import { type LockProbe, postgres } from "spangate";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { failureOf } from "../support/failures.ts";
import { Statements } from "../support/statements.ts";
import { openPostgres } from "../support/stores.ts";

const update = "UPDATE account SET balance = balance - 10 WHERE id = 1";
let statements: Statements;

beforeAll(async () => {
  statements = await Statements.open(openPostgres, postgres);
});
afterAll(() => statements.close());
beforeEach(() => statements.store.reset(100));

const transaction: Statements["transaction"] = (...args) => statements.transaction(...args);
const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 5);

it("is reached when an actor's call waits for another's lock, and tells which", async () => {
  for (let run = 0; run < runs; run += 1) {
    await statements.store.reset(100);
    const [alice, bob] = [transaction("alice", update), transaction("bob", update)];
    await using runner = statements.gateway.runner(
      [alice, bob],
      [alice.before("pg.query:COMMIT *"), bob.blocked, alice.finished, bob.after("pg.query:UPDATE *"), bob.finished],
    );
    await runner.next();
    const blocked = await runner.next();
    expect(blocked?.wait).toEqual({
      ...{ span: expect.stringMatching(/^pg.query:UPDATE/), service: "bank", by: ["alice"] },
      lock: "ShareLock on transactionid",
    });
    expect(await statements.store.balance()).toBe(100);
    await runner.next();
    expect(await statements.store.balance()).toBe(90);
    await runner.next();
    expect(await statements.store.balance()).toBe(90);
    await runner.finish();
    expect(await statements.store.balance()).toBe(80);
  }
});

it("ends the turn of an actor that waits: the order goes on without it", async () => {
  const [alice, bob] = [transaction("alice", update), transaction("bob", update)];
  // bob's last checkpoint is behind him: he runs until he is blocked, and only then alice goes on.
  await using runner = statements.gateway.runner(
    [alice, bob],
    [alice.before("pg.query:COMMIT *"), bob.before("pg.query:UPDATE *"), alice.finished],
  );
  await runner.finish();
  expect(await statements.store.balance()).toBe(80);
  const types = runner.interleaving.entries.map(({ type }) => type);
  expect(types).toContain("blocked");
  expect(types).not.toContain("stalled");
});

it("reports at once that the order can never come, because a held actor has the lock", async () => {
  const [alice, bob] = [transaction("alice", update), transaction("bob", update)];
  await using runner = statements.gateway.runner(
    [alice, bob],
    [alice.before("pg.query:COMMIT *"), bob.after("pg.query:UPDATE *"), alice.finished],
  );
  await runner.next();
  const failure = await failureOf(runner.next());
  expect(failure).toMatchObject({ code: "Deadlock", actor: "bob" });
  expect(String(failure)).toContain("it waits for a lock of alice, which is held");
});

it("does not reach what a repair's lock keeps an actor from, at once", async () => {
  const [alice, bob] = [transaction("alice", update), transaction("bob", update)];
  await using runner = statements.gateway.runner(
    [alice, bob],
    [alice.before("pg.query:COMMIT *"), bob.after("pg.query:UPDATE *").ifReached(), alice.finished, bob.finished],
  );
  await runner.next();
  expect(await runner.next()).toMatchObject({ reached: false });
  await runner.finish();
  expect(await statements.store.balance()).toBe(80);
});

it("leaves a deadlock of locks to the database, which ends one of them", async () => {
  const [one, two] = [1, 2].map((id) => `SELECT pg_advisory_xact_lock(${id})`);
  const [alice, bob] = [transaction("alice", one ?? "", two ?? ""), transaction("bob", two ?? "", one ?? "")];
  await using runner = statements.gateway.runner(
    [alice, bob],
    [alice.before("pg.query:SELECT *", { nth: 2 }), bob.before("pg.query:SELECT *", { nth: 2 }), alice.blocked],
  );
  for (let step = 0; step < 3; step += 1) await runner.next();
  const { alice: first, bob: second } = await runner.finish();
  expect([first.error?.code, second.error?.code].filter((code) => code !== undefined)).toEqual(["40P01"]);
});

it("tells a call that is only slow from one that waits", async () => {
  for (let run = 0; run < runs; run += 1) {
    const [alice, bob] = [transaction("alice", update), transaction("bob", "SELECT pg_sleep(0.05)")];
    await using runner = statements.gateway.runner(
      [alice, bob],
      [alice.before("pg.query:COMMIT *"), bob.blocked.ifReached(), alice.finished],
    );
    await runner.next();
    expect(await runner.next()).toMatchObject({ reached: false });
    await runner.finish();
    expect(runner.interleaving.entries.map(({ type }) => type)).not.toContain("blocked");
  }
});

it("fails the step when the probe does not answer any more, and lets everything go", async () => {
  const lost = (url: string): LockProbe => ({ ...postgres(url), waits: () => Promise.reject(new Error("terminated")) });
  const others = await Statements.open(openPostgres, lost);
  await others.store.reset(100);
  const [alice, bob] = [others.transaction("alice", update), others.transaction("bob", update)];
  const runner = others.gateway.runner([alice, bob], [alice.before("pg.query:COMMIT *"), bob.blocked, alice.finished]);
  const failure = await failureOf(runner.finish());
  expect(failure).toMatchObject({ code: "ProbeFailed", message: expect.stringContaining("terminated") });
  await runner.close();
  // Whoever had begun by then has gone on to its end.
  const begun = runner.interleaving.entries.filter(({ type }) => type === "begin").length;
  expect(await others.store.balance()).toBe(100 - 10 * begun);
  await others.close();
});
