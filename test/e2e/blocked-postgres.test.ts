// What PostgreSQL's sessions can do to one another, and how an actor that waits is told from one that does not.
import { postgres, together } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../support/failures.ts";
import { Statements } from "../support/statements.ts";
import { openPostgres } from "../support/stores.ts";

const withdraw = "UPDATE account SET balance = balance - 10 WHERE id = 1";
const read = "SELECT balance FROM account WHERE id = 1 FOR UPDATE";
const commit = "pg.query:COMMIT *";
let statements: Statements;

beforeAll(async () => {
  statements = await Statements.open(openPostgres, postgres);
});
afterAll(() => statements.close());
beforeEach(() => statements.store.reset(100));

const transaction: Statements["transaction"] = (...args) => statements.transaction(...args);
const session: Statements["session"] = (...args) => statements.session(...args);
const runner: Statements["gateway"]["runner"] = (...args) => statements.gateway.runner(...args);

/** Statement by its text: all of a kind have one name. */
const text = (pattern: RegExp) => ["pg.query*", { attributes: { "db.query.text": pattern } }] as const;

describe("a probe", () => {
  it("is of the server that its service's connection leads to", async () => {
    const alice = transaction("alice", withdraw);
    await using run = runner([alice], [alice.before(commit)]);
    await run.next();
    const { address } = statements.probe;
    expect(address).toMatch(/^[\d.:a-f]+:\d+$/);
    const stands = run.interleaving.entries.find(({ type }) => type === "held");
    expect(stands).toMatchObject({ arrival: { span: { session: { server: address } } } });
    await run.finish();
  });
});

describe("three sessions", () => {
  // Of a row's lock PostgreSQL keeps no strict queue: after a change all who wait look for the row's new version.
  it("wait in a queue, and go on in its sequence", async () => {
    const lock = "SELECT pg_advisory_xact_lock(3)";
    const actor = <Name extends string>(name: Name) => transaction(name, lock, withdraw);
    const [alice, bob, carol] = [actor("alice"), actor("bob"), actor("carol")];
    await using run = runner(
      [alice, bob, carol],
      [
        ...[alice.before(commit), bob.blocked, carol.blocked, alice.finished],
        ...[bob.before(commit), bob.finished, carol.before(commit), carol.finished],
      ],
    );
    await run.next();
    expect((await run.next())?.wait?.by).toEqual(["alice"]);
    // alice has it, and bob stands in front.
    expect((await run.next())?.wait?.by.toSorted()).toEqual(["alice", "bob"]);
    await run.next();
    expect(await statements.store.balance()).toBe(90);
    await run.next();
    await run.next();
    expect(await statements.store.balance()).toBe(80);
    await run.finish();
    expect(await statements.store.balance()).toBe(70);
  });

  it("are told as a chain where the order goes against their locks", async () => {
    const [one, two] = ["SELECT pg_advisory_xact_lock(1)", "SELECT pg_advisory_xact_lock(2)"];
    const [alice, bob, carol] = [transaction("alice", one), transaction("bob", two, one), transaction("carol", two)];
    await using run = runner(
      [alice, bob, carol],
      [alice.before(commit), bob.blocked, carol.before(commit), alice.finished],
    );
    await run.next();
    await run.next();
    const failure = await failureOf(run.next());
    expect(failure).toMatchObject({ code: "Deadlock", actor: "carol" });
    expect(String(failure)).toMatch(/carol waits for bob.*bob waits for alice.*alice stands before/s);
  });
});

describe("a call that does not wait", () => {
  it.each([
    ["NOWAIT", `${read} NOWAIT`, "55P03"],
    ["SKIP LOCKED", `${read} SKIP LOCKED`, undefined],
  ])("is not blocked: %s", async (_, statement, code) => {
    const [alice, bob] = [transaction("alice", read), transaction("bob", statement)];
    await using run = runner(
      [alice, bob],
      [alice.before(commit), bob.blocked.ifReached(), bob.finished, alice.finished],
    );
    await run.next();
    expect(await run.next()).toMatchObject({ reached: false });
    const { bob: outcome } = await run.finish();
    expect(outcome.error?.code).toBe(code);
    if (code === undefined) expect(outcome.results[1]).toEqual([]);
  });

  it("is not blocked by a snapshot: a plain read passes every lock", async () => {
    const [alice, bob] = [transaction("alice", withdraw), transaction("bob", "SELECT balance FROM account")];
    await using run = runner([alice, bob], [alice.before(commit), bob.finished, alice.finished]);
    await run.finish();
    expect(run.interleaving.entries.map(({ type }) => type)).not.toContain("blocked");
  });
});

it.each([
  ["lock_timeout", "55P03"],
  ["statement_timeout", "57014"],
])("a wait ends by %s, as the actor's own error", async (setting, code) => {
  const [alice, bob] = [transaction("alice", withdraw), transaction("bob", `SET LOCAL ${setting} = 200`, withdraw)];
  await using run = runner([alice, bob], [alice.before(commit), bob.blocked, bob.finished, alice.finished]);
  const { bob: outcome } = await run.finish();
  expect(outcome.error?.code).toBe(code);
  expect(await statements.store.balance()).toBe(90);
});

it("an advisory lock of a session is waited for like any other", async () => {
  const alice = session("alice", "SELECT pg_advisory_lock(7)", "SELECT 1 AS held", "SELECT pg_advisory_unlock(7)");
  const bob = session("bob", "SELECT pg_advisory_lock(7)", "SELECT pg_advisory_unlock(7)");
  await using run = runner([alice, bob], [alice.after(...text(/held/)), bob.blocked, alice.finished, bob.finished]);
  await run.next();
  expect((await run.next())?.wait).toMatchObject({ lock: "ExclusiveLock on advisory", by: ["alice"] });
  await run.finish();
});

it("a soft deadlock is resolved by the database, which lets one pass the queue", async () => {
  // bob waits for alice's lock in front of alice's next one: PostgreSQL puts alice before bob in the queue.
  const alice = transaction(
    "alice",
    "LOCK account IN SHARE MODE",
    "SELECT 1 AS between",
    "LOCK account IN ROW EXCLUSIVE MODE",
  );
  const bob = transaction("bob", "LOCK account IN ACCESS EXCLUSIVE MODE");
  await using run = runner([alice, bob], [alice.after(...text(/between/)), bob.blocked, alice.finished, bob.finished]);
  const { alice: one, bob: two } = await run.finish();
  expect([one.error, two.error]).toEqual([undefined, undefined]);
});

it("two deadlocked sessions are told apart from two that wait: the database ends one", async () => {
  const [one, two] = ["SELECT pg_advisory_xact_lock(1)", "SELECT pg_advisory_xact_lock(2)"];
  const [alice, bob] = [transaction("alice", one, two), transaction("bob", two, one)];
  await using run = runner(
    [alice, bob],
    [
      alice.before(...text(/lock\(2/)),
      bob.before(...text(/lock\(1/)),
      alice.blocked,
      together(alice.finished, bob.finished),
    ],
  );
  const { alice: first, bob: second } = await run.finish();
  expect([first.error?.code, second.error?.code].filter((code) => code !== undefined)).toEqual(["40P01"]);
});

it("SERIALIZABLE makes nobody wait: the second one fails at its commit", async () => {
  const sum = "SELECT sum(balance) FROM account";
  const actor = <Name extends string>(name: Name, id: number) =>
    session(
      name,
      "BEGIN ISOLATION LEVEL SERIALIZABLE",
      sum,
      `INSERT INTO account VALUES (${id}, 1)`,
      "COMMIT",
      `DELETE FROM account WHERE id = ${id}`,
    );
  const [alice, bob] = [actor("alice", 8), actor("bob", 9)];
  await using run = runner(
    [alice, bob],
    [alice.after(...text(/sum/)), bob.after(...text(/sum/)), alice.after(commit), bob.finished, alice.finished],
  );
  const { alice: first, bob: second } = await run.finish();
  expect(first.error).toBeUndefined();
  expect(second.error?.code).toBe("40001");
  expect(run.interleaving.entries.map(({ type }) => type)).not.toContain("blocked");
});

it("a rollback to a savepoint frees who waits for what came after it", async () => {
  const alice = transaction(
    "alice",
    "SAVEPOINT here",
    withdraw,
    "SELECT 1 AS between",
    "ROLLBACK TO here",
    "SELECT 2 AS after",
  );
  const bob = transaction("bob", withdraw);
  await using run = runner(
    [alice, bob],
    [alice.after(...text(/between/)), bob.blocked, alice.before(...text(/after/)), bob.finished, alice.finished],
  );
  await run.finish();
  expect(await statements.store.balance()).toBe(90);
});

it("a change of a table waits for its readers, and they for it", async () => {
  const alice = transaction("alice", "SELECT balance FROM account");
  const bob = transaction("bob", "ALTER TABLE account ADD COLUMN IF NOT EXISTS note text");
  const carol = transaction("carol", "SELECT balance FROM account");
  await using run = runner(
    [alice, bob, carol],
    [alice.before(commit), bob.blocked, carol.blocked, alice.finished, bob.finished, carol.finished],
  );
  await run.next();
  expect((await run.next())?.wait).toMatchObject({ lock: "AccessExclusiveLock on account (relation)", by: ["alice"] });
  expect((await run.next())?.wait).toMatchObject({ lock: "AccessShareLock on account (relation)", by: ["bob"] });
  await run.finish();
});

it("NOTIFY is told at the commit, and nobody waits for it", async () => {
  const alice = transaction("alice", "NOTIFY news, 'one'");
  const bob = session("bob", "LISTEN news", "SELECT 1 AS listening", "UNLISTEN news");
  await using run = runner([alice, bob], [bob.after(...text(/listening/)), alice.finished, bob.finished]);
  const { alice: one, bob: two } = await run.finish();
  expect([one.error, two.error]).toEqual([undefined, undefined]);
  expect(run.interleaving.entries.map(({ type }) => type)).not.toContain("blocked");
});

it("a lock that nobody's call has taken is not told as the actor's who had the connection before", async () => {
  const own = await Statements.open(openPostgres, postgres);
  try {
    await own.store.reset(100);
    const alice = own.session("alice", "SELECT 1");
    const bob = own.transaction("bob", "SET lock_timeout = 300", withdraw);
    await using run = own.gateway.runner(
      [alice, bob],
      [bob.before(...text(/^UPDATE/)), alice.finished, bob.blocked.ifReached(), bob.finished],
    );
    await run.next();
    await run.next();
    // On alice's connection, which the pool has had back last; it stays in its transaction.
    await own.run("BEGIN", withdraw);
    expect(await run.next()).toMatchObject({ reached: false });
    expect((await run.finish()).bob.error?.message).toContain("lock timeout");
  } finally {
    await own.close();
  }
});
