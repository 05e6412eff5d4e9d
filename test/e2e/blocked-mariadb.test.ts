// Row locks of MariaDB, which tells of them a little late.
import { mariadb } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../support/failures.ts";
import { openMariadb } from "../support/mariadb.ts";
import { whyNot } from "../support/servers.ts";
import { Statements } from "../support/statements.ts";

const missing = await whyNot("mariadb");
const withdraw = "UPDATE account SET balance = balance - 10 WHERE id = 1";

describe.skipIf(missing)(missing ?? "MariaDB", () => {
  let statements: Statements;
  beforeAll(async () => {
    statements = await Statements.open(openMariadb, mariadb);
  });
  afterAll(() => statements?.close());
  beforeEach(() => statements.store.reset(100));

  const transaction: Statements["transaction"] = (...args) => statements.transaction(...args);

  it("tells who waits for a row, and for whom", async () => {
    const [alice, bob] = [transaction("alice", withdraw), transaction("bob", withdraw)];
    await using runner = statements.gateway.runner(
      [alice, bob],
      [alice.before("COMMIT"), bob.blocked, alice.finished, bob.before("COMMIT"), bob.finished],
    );
    await runner.next();
    const blocked = await runner.next();
    expect(blocked?.wait).toMatchObject({ span: "UPDATE", lock: expect.stringContaining("account"), by: ["alice"] });
    await runner.next();
    expect(await statements.store.balance()).toBe(90);
    await runner.finish();
    expect(await statements.store.balance()).toBe(80);
  });

  it("is of the server that its service's connection leads to", async () => {
    const alice = transaction("alice", withdraw);
    await using run = statements.gateway.runner([alice], [alice.before("COMMIT")]);
    await run.next();
    const { address } = statements.probe;
    expect(address).toMatch(/^[\d.:a-f]+:\d+$/);
    const stands = run.interleaving.entries.find(({ type }) => type === "held");
    expect(stands).toMatchObject({ arrival: { span: { session: { server: address } } } });
    await run.finish();
  });

  it("reports an order against the locks", async () => {
    const [alice, bob] = [transaction("alice", withdraw), transaction("bob", withdraw)];
    await using runner = statements.gateway.runner(
      [alice, bob],
      [alice.before("COMMIT"), bob.after("UPDATE"), alice.finished],
    );
    expect(await failureOf(runner.finish())).toMatchObject({ code: "Deadlock", actor: "bob" });
  });

  it("does not take a slow query for one that waits", async () => {
    const [alice, bob] = [transaction("alice", withdraw), transaction("bob", "SELECT SLEEP(0.4)")];
    await using runner = statements.gateway.runner([alice, bob], [alice.before("COMMIT"), bob.blocked.ifReached()]);
    await runner.next();
    expect(await runner.next()).toMatchObject({ reached: false });
    await runner.finish();
  });
});
