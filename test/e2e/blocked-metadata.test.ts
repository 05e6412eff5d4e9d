// Metadata locks, as performance_schema tells them: of tables that are changed or locked, of users, of backups.
import mysql from "mysql2/promise";
import { type LockProbe, mariadb } from "spangate";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../support/failures.ts";
import { openMariadb } from "../support/mariadb.ts";
import { type OwnMariadb, startMariadb, whyNoOwnMariadb } from "../support/own-mariadb.ts";
import { Statements } from "../support/statements.ts";
import { untilAsync } from "../support/until.ts";

const missing = whyNoOwnMariadb();
const read = "SELECT balance FROM account";
const withdraw = "UPDATE account SET balance = balance - 10 WHERE id = 1";
const change = "ALTER TABLE account COMMENT 'changed'";

describe.skipIf(missing)(missing ?? "MariaDB with a performance schema", () => {
  let server: OwnMariadb;
  let statements: Statements;
  beforeAll(async () => {
    server = await startMariadb(
      "--performance-schema=ON",
      "--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON",
    );
    statements = await Statements.open(() => openMariadb(server.url), mariadb);
  });
  afterAll(async () => {
    try {
      await statements?.close();
    } finally {
      await server?.stop();
    }
  });
  beforeEach(() => statements.store.reset(100));

  const transaction: Statements["transaction"] = (...args) => statements.transaction(...args);
  const session: Statements["session"] = (...args) => statements.session(...args);
  const runner: Statements["gateway"]["runner"] = (...args) => statements.gateway.runner(...args);

  it("a change of a table waits for its readers, and later ones for it", async () => {
    const [alice, bob, carol] = [transaction("alice", read), session("bob", change), transaction("carol", read)];
    await using run = runner(
      [alice, bob, carol],
      [alice.before("COMMIT"), bob.blocked, carol.blocked, alice.finished, bob.finished, carol.finished],
    );
    await run.next();
    const lock = expect.stringMatching(/^EXCLUSIVE on test_\w+\.account \(TABLE\)$/);
    expect((await run.next())?.wait).toMatchObject({ by: ["alice"], lock });
    expect((await run.next())?.wait).toMatchObject({ by: ["bob"], lock: expect.stringContaining("SHARED_READ on") });
    const { alice: one, bob: two, carol: three } = await run.finish();
    expect([one.error, two.error, three.error]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ["a read waits for LOCK TABLES … WRITE", "LOCK TABLES account WRITE", read],
    ["a write waits for LOCK TABLES … READ", "LOCK TABLES account READ", withdraw],
    ["a write waits for FLUSH TABLES WITH READ LOCK", "FLUSH TABLES WITH READ LOCK", withdraw],
    ["a change waits for a backup", "BACKUP LOCK account", change],
    ["a user's lock is waited for by name", "SELECT GET_LOCK('till', 10)", "SELECT GET_LOCK('till', 10)"],
  ])("%s", async (_, first, second) => {
    const free = first.startsWith("BACKUP") ? "BACKUP UNLOCK" : "UNLOCK TABLES";
    const alice = session("alice", first, "DO 'locked'", free, "DO RELEASE_LOCK('till')");
    const bob = session("bob", second, "DO RELEASE_LOCK('till')");
    const locked = { attributes: { "db.query.text": /locked/ } };
    await using run = runner([alice, bob], [alice.after("*", locked), bob.blocked, alice.finished, bob.finished]);
    await run.next();
    expect((await run.next())?.wait?.by).toEqual(["alice"]);
    const { bob: outcome } = await run.finish();
    expect(outcome.error).toBeUndefined();
  });

  it("LOCK TABLES waits for who has changed the table", async () => {
    const [alice, bob] = [transaction("alice", withdraw), session("bob", "LOCK TABLES account READ", "UNLOCK TABLES")];
    await using run = runner([alice, bob], [alice.before("COMMIT"), bob.blocked, alice.finished, bob.finished]);
    await run.next();
    expect((await run.next())?.wait?.by).toEqual(["alice"]);
    await run.finish();
  });

  it("an order against a metadata lock fails at once, and names the chain", async () => {
    const [alice, bob, carol] = [transaction("alice", read), session("bob", change), transaction("carol", read)];
    await using run = runner(
      [alice, bob, carol],
      [alice.before("COMMIT"), bob.blocked, carol.before("COMMIT"), alice.finished],
    );
    await run.next();
    await run.next();
    const failure = await failureOf(run.next());
    expect(failure).toMatchObject({ code: "Deadlock", actor: "carol" });
    expect(String(failure)).toMatch(/carol waits for bob.*bob waits for alice.*alice stands before/s);
  });

  it.each([
    ["reads beside a write", withdraw, read],
    ["a write of another row", withdraw, "UPDATE account SET balance = 1 WHERE id = 2"],
    ["another user's lock", "SELECT GET_LOCK('one', 1)", "SELECT GET_LOCK('two', 1)"],
    ["a change of another table", read, "CREATE TABLE other (id int)"],
  ])("nobody waits for what does not conflict: %s", async (_, first, second) => {
    const alice = transaction("alice", first);
    const bob = session("bob", second, "SELECT SLEEP(0.2)", "DROP TABLE IF EXISTS other");
    await using run = runner([alice, bob], [alice.before("COMMIT"), bob.finished, alice.finished]);
    await run.finish();
    expect(run.interleaving.entries.map(({ type }) => type)).not.toContain("blocked");
  });

  it("row locks are told as ever", async () => {
    const [alice, bob] = [transaction("alice", withdraw), transaction("bob", withdraw)];
    await using run = runner([alice, bob], [alice.before("COMMIT"), bob.blocked, alice.finished, bob.finished]);
    await run.next();
    expect((await run.next())?.wait).toMatchObject({ by: ["alice"], lock: expect.stringContaining("RECORD") });
    await run.finish();
  });

  it("a session is waited for only where its own lock conflicts", async () => {
    const [owner, reader, writer] = await Promise.all([connect(), connect(), connect()]);
    await owner.query("FLUSH TABLES account WITH READ LOCK");
    await reader.query("BEGIN");
    await reader.query(read);
    const written = writer.query(withdraw);
    const ids = [owner, reader, writer].map(({ threadId }) => threadId);
    expect(await firstWaits(mariadb(server.url), ids)).toMatchObject([{ id: writer.threadId, by: [owner.threadId] }]);
    await owner.query("UNLOCK TABLES");
    await written;
  });

  it("a user that may not read performance_schema still learns of row locks", async () => {
    const [owner, waiting] = await Promise.all([connect(), connect()]);
    await owner.query("CREATE USER plain@localhost");
    await owner.query("GRANT PROCESS ON *.* TO plain@localhost");
    const url = new URL(server.url);
    url.username = "plain";
    await owner.query("BEGIN");
    await owner.query(withdraw);
    const waited = waiting.query(withdraw);
    const waits = await firstWaits(mariadb(url.href), [waiting.threadId]);
    expect(waits).toMatchObject([{ id: waiting.threadId, by: [owner.threadId] }]);
    await owner.query("COMMIT");
    await waited;
  });

  const opened: mysql.Connection[] = [];
  // Whatever one has locked is free for the next test.
  afterEach(() => {
    for (const connection of opened.splice(0)) connection.destroy();
  });

  async function connect() {
    const connection = await mysql.createConnection(statements.store.url);
    opened.push(connection);
    return connection;
  }

  /** What a probe tells as soon as anybody waits. */
  async function firstWaits(probe: LockProbe, ids: readonly number[]) {
    await probe.open();
    const waits = await untilAsync("a wait is told", async () => {
      const told = await probe.waits(ids);
      return told.length > 0 ? told : undefined;
    });
    await probe.close();
    return waits;
  }
});
