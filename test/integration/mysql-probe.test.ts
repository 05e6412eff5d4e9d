// What mysql() makes of MySQL's tables, on a server that has their documented columns and rows. Nobody knows by this
// whether a real MySQL fills them as its manual says.
import { mariadb, mysql, openGateway } from "spangate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "../support/failures.ts";
import { type MysqlServer, startMysqlServer } from "../support/mysql-server.ts";
import { urlOf, whyNot } from "../support/servers.ts";

const missing = await whyNot("mariadb");

/** Threads 46, 47 and 48 of the sessions 6, 7 and 8, and one that is no session's. */
const threads = [
  { THREAD_ID: 46, PROCESSLIST_ID: 6 },
  { THREAD_ID: 47, PROCESSLIST_ID: 7 },
  { THREAD_ID: 48, PROCESSLIST_ID: 8 },
  { THREAD_ID: 1, PROCESSLIST_ID: null },
];

describe.skipIf(missing)(missing ?? "the probe of a MySQL server", () => {
  let server: MysqlServer;
  const probe = () => mysql(server.url);
  beforeAll(async () => {
    server = await startMysqlServer("8.4.3");
  });
  afterAll(() => server?.close());

  async function ask(rows: Parameters<MysqlServer["fill"]>[0], ...ids: readonly number[]) {
    await server.fill(rows);
    const asked = probe();
    await asked.open();
    expect(asked.address).toBe(new URL(server.url).host);
    const waits = await asked.waits(ids);
    await asked.close();
    return waits;
  }

  describe("tells a row's lock", () => {
    const lock = (thread: number, transaction: number, id: string, others: Readonly<Record<string, string>>) => ({
      ...{ ENGINE: "INNODB", ENGINE_LOCK_ID: id, ENGINE_TRANSACTION_ID: transaction, THREAD_ID: thread },
      ...{ OBJECT_SCHEMA: "bank", OBJECT_NAME: "account", ...others },
    });
    const table = { LOCK_TYPE: "TABLE", LOCK_MODE: "IX", LOCK_STATUS: "GRANTED" };
    const had = { LOCK_TYPE: "RECORD", LOCK_MODE: "X,REC_NOT_GAP", LOCK_STATUS: "GRANTED" };
    const wanted = { LOCK_TYPE: "RECORD", LOCK_MODE: "X,REC_NOT_GAP", LOCK_STATUS: "WAITING" };
    const wait = (from: readonly [number, number, string], to: readonly [number, number, string]) => ({
      ENGINE: "INNODB",
      ...{
        REQUESTING_THREAD_ID: from[0],
        REQUESTING_ENGINE_TRANSACTION_ID: from[1],
        REQUESTING_ENGINE_LOCK_ID: from[2],
      },
      ...{ BLOCKING_THREAD_ID: to[0], BLOCKING_ENGINE_TRANSACTION_ID: to[1], BLOCKING_ENGINE_LOCK_ID: to[2] },
    });
    const tables = [lock(46, 1554, "1:t", table), lock(47, 1555, "2:t", table), lock(48, 1556, "3:t", table)];
    const told = "X,REC_NOT_GAP on bank.account (RECORD)";

    it("with its owner, and with who stands in front", async () => {
      const rows = {
        threads,
        data_locks: [
          ...tables,
          lock(46, 1554, "1:r", had),
          lock(47, 1555, "2:r", wanted),
          lock(48, 1556, "3:r", wanted),
        ],
        data_lock_waits: [
          wait([47, 1555, "2:r"], [46, 1554, "1:r"]),
          wait([48, 1556, "3:r"], [46, 1554, "1:r"]),
          wait([48, 1556, "3:r"], [47, 1555, "2:r"]),
        ],
      };
      const [bob, carol] = [
        { id: 7, lock: told, by: [6] },
        { id: 8, lock: told, by: [6, 7] },
      ];
      const waits = await ask(rows, 6, 7, 8);
      expect(waits.map((it) => ({ ...it, by: it.by.toSorted() }))).toEqual(expect.arrayContaining([bob, carol]));
      expect(waits).toHaveLength(2);
      expect(await ask(rows, 6, 7)).toEqual([bob]);
      expect(await ask(rows, 6)).toEqual([]);
    });

    it("as that of the transaction, not of the thread that has entered it for another", async () => {
      const rows = {
        threads,
        data_locks: [...tables, lock(47, 1554, "1:r", had), lock(47, 1555, "2:r", wanted)],
        data_lock_waits: [wait([47, 1555, "2:r"], [47, 1554, "1:r"])],
      };
      expect(await ask(rows, 7)).toEqual([{ id: 7, lock: told, by: [6] }]);
    });
  });

  it("tells a metadata lock with its owner, and with who goes first", async () => {
    const lock = (OWNER_THREAD_ID: number, LOCK_TYPE: string, LOCK_STATUS: string) => ({
      ...{ OBJECT_TYPE: "TABLE", OBJECT_SCHEMA: "bank", OBJECT_NAME: "account", LOCK_TYPE, LOCK_STATUS },
      OWNER_THREAD_ID,
    });
    const metadata_locks = [
      lock(46, "SHARED_READ", "GRANTED"),
      lock(47, "SHARED_UPGRADABLE", "GRANTED"),
      lock(47, "EXCLUSIVE", "PENDING"),
      lock(48, "SHARED_READ", "PENDING"),
      lock(1, "SHARED_READ", "GRANTED"),
    ];
    expect(await ask({ threads, metadata_locks }, 6, 7, 8)).toEqual([
      { id: 7, lock: "EXCLUSIVE on bank.account (TABLE)", by: [6] },
      { id: 8, lock: "SHARED_READ on bank.account (TABLE)", by: [7] },
    ]);
    expect(await ask({ threads, metadata_locks: metadata_locks.slice(0, 2) }, 6, 7, 8)).toEqual([]);
  });

  describe("is refused, with what helps,", () => {
    const refusal = async (make: () => ReturnType<typeof mysql>) => failureOf(openGateway({ probes: [make()] }));

    it("for MariaDB, as that of MariaDB is for MySQL", async () => {
      const failures = [await refusal(() => mysql(urlOf("mariadb"))), await refusal(() => mariadb(server.url))];
      expect(failures[0]).toMatchObject({ code: "ProbeFailed", message: expect.stringContaining("use mariadb()") });
      expect(failures[1]).toMatchObject({ code: "ProbeFailed", message: expect.stringContaining("use mysql()") });
    });

    it.each([
      ["an old version", "5.7.44", {}, "is 5.7.44."],
      ["no performance schema", "8.0.40", { hasPerformanceSchema: false }, "performance_schema=ON"],
      ["a table that it cannot read", "9.1.0", { without: "metadata_locks" }, "metadata_locks"],
    ] as const)("for %s", async (_, version, options, message) => {
      const other = await startMysqlServer(version, options);
      const failure = await refusal(() => mysql(other.url));
      expect(failure).toMatchObject({ code: "ProbeFailed", message: expect.stringContaining(message) });
      await other.close();
    });
  });
});
