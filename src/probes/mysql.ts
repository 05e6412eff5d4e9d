// MySQL's answer to who waits for whose lock: performance_schema tells row locks (data_lock_waits) and metadata locks.
import type { Connection, RowDataPacket } from "mysql2/promise";
import { EnvironmentError } from "../core/errors.js";
import type { LockProbe, SessionWait } from "../core/lock-probe.js";
import { importDriver, Kept, type LoadDriver, serverOf } from "./driver.js";
import { askMetadataLocks } from "./metadata-locks.js";
import { answerLimitMs, type Connected, connect, groupWaits, type RowWait } from "./mysql-connection.js";

const oldestVersion = 8;

// Of a row's lock THREAD_ID is the thread that made the entry: where a transaction has inserted or changed the row, the
// first one that has to wait for it (RecLock::lock_add in MySQL's lock0lock.cc). The lock of its table every transaction
// takes itself.
const tableLock = (name: string, side: string) => `JOIN performance_schema.data_locks AS ${name}
    ON ${name}.ENGINE = waits.ENGINE AND ${name}.ENGINE_TRANSACTION_ID = waits.${side}_ENGINE_TRANSACTION_ID
    AND ${name}.LOCK_TYPE = 'TABLE'`;
const rowQuestion = `SELECT DISTINCT waiting.PROCESSLIST_ID AS id, owner.PROCESSLIST_ID AS owner,
    CONCAT(wanted.LOCK_MODE, ' on ', wanted.OBJECT_SCHEMA, '.', wanted.OBJECT_NAME, ' (', wanted.LOCK_TYPE, ')') AS told
  FROM performance_schema.data_lock_waits AS waits
  JOIN performance_schema.data_locks AS wanted
    ON wanted.ENGINE = waits.ENGINE AND wanted.ENGINE_LOCK_ID = waits.REQUESTING_ENGINE_LOCK_ID
  ${tableLock("own", "REQUESTING")}
  ${tableLock("theirs", "BLOCKING")}
  JOIN performance_schema.threads AS waiting ON waiting.THREAD_ID = own.THREAD_ID
  JOIN performance_schema.threads AS owner ON owner.THREAD_ID = theirs.THREAD_ID`;

/**
 * Asks a MySQL server, 8.0 or later, which of the actors' calls wait for locks of rows, tables and users. Needs the package
 * `mysql2`, and a user with the privilege SELECT on performance_schema.
 * @param url a connection string, such as `mysql://user:password@host:3306/database`
 * @param load finds the driver, where it is not this package's
 * @throws {UsageError} BadOption, for what is no such string
 */
export function mysql(url: string, load: LoadDriver = importDriver): LockProbe {
  const server = serverOf("mysql", url);
  let address: string | undefined;
  const kept = new Kept<Connection>((onLost) =>
    connect(url, load, onLost, async (connected) => {
      const misfit = misfitOf(connected);
      if (misfit !== undefined)
        throw new EnvironmentError("ProbeFailed", `mysql() asks MySQL 8.0 or later; ${server} ${misfit}`);
      // What may not be read is told here, not in the middle of a run.
      await ask(connected.connection, []);
      address = connected.address;
      return connected.connection;
    }),
  );
  return {
    ...{ system: "mysql", server, open: () => kept.open() },
    get address() {
      return address;
    },
    waits: async (ids) => ask(await kept.get(), ids),
    async close() {
      await (await kept.take())?.end();
    },
  };
}

function misfitOf({ version, isMariadb, hasPerformanceSchema }: Connected): string | undefined {
  if (isMariadb) return `is MariaDB ${version}: use mariadb().`;
  if (Number.parseInt(version, 10) < oldestVersion) return `is ${version}.`;
  if (!hasPerformanceSchema) return "has no performance schema: start it with performance_schema=ON.";
  return undefined;
}

async function ask(connection: Connection, ids: readonly number[]): Promise<readonly SessionWait[]> {
  const [rows] = await connection.query<(RowWait & RowDataPacket)[]>({ sql: rowQuestion, timeout: answerLimitMs });
  return [...groupWaits(rows, ids), ...(await askMetadataLocks(connection, ids))];
}
