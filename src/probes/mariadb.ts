// MariaDB's answer to who waits for whose lock.
// InnoDB tells transactions and locks from a cache of the whole server, which it fills anew only when nobody has read it
// for a tenth of a second (MariaDB's storage/innobase/trx/trx0i_s.cc). So probes take turns, and each answer proves that
// it is not an old one: the question's own transaction must be in it, with a text that was never asked before.
import type { Connection, RowDataPacket } from "mysql2/promise";
import { EnvironmentError } from "../core/errors.js";
import type { LockProbe, SessionWait } from "../core/lock-probe.js";
import { now } from "../real-time.js";
import { pause } from "../waiting.js";
import { importDriver, Kept, type LoadDriver, serverOf } from "./driver.js";
import { askMetadataLocks } from "./metadata-locks.js";
import { answerLimitMs, connect, groupWaits, type RowWait } from "./mysql-connection.js";

/** How long the probes of a server are waited for, and an answer that is not old. */
const freshLimitMs = 3_000;
const cacheMs = 105;
/** ER_TABLEACCESS_DENIED_ERROR, and ER_NO_SUCH_TABLE before MariaDB 10.5. */
const unreadable = [1142, 1146];

const asksForTurn = `SELECT GET_LOCK('spangate', ${freshLimitMs / 1_000}) AS turn`;
const question = `SELECT waiting.trx_mysql_thread_id AS id, owner.trx_mysql_thread_id AS owner,
    CONCAT(lock_mode, ' on ', lock_table, ' (', lock_type, ')') AS told, own.trx_query AS asked
  FROM information_schema.innodb_trx AS own
  LEFT JOIN information_schema.innodb_lock_waits AS waits ON TRUE
  LEFT JOIN information_schema.innodb_trx AS waiting ON waiting.trx_id = waits.requesting_trx_id
  LEFT JOIN information_schema.innodb_trx AS owner ON owner.trx_id = waits.blocking_trx_id
  LEFT JOIN information_schema.innodb_locks AS locks ON locks.lock_id = waits.requested_lock_id
  WHERE own.trx_mysql_thread_id = CONNECTION_ID()`;

interface Row extends RowDataPacket, RowWait {
  readonly asked: string | null;
}

interface Server {
  readonly connection: Connection;
  readonly tellsMetadata: boolean;
}

/**
 * Asks a MariaDB server which of the actors' calls wait for row locks; it tells them some 0.1 seconds late, times the
 * gateways that ask. Where performance_schema is on, with its instrument `wait/lock/metadata/sql/mdl`, and the user may
 * read it, the locks of tables, users and backups as well. Needs the package `mysql2`, and a user with the privilege
 * PROCESS.
 * @param url a connection string, such as `mysql://user:password@host:3306/database`
 * @param load finds the driver, where it is not this package's
 * @throws {UsageError} BadOption, for what is no such string
 */
export function mariadb(url: string, load: LoadDriver = importDriver): LockProbe {
  const server = serverOf("mariadb", url);
  let last: Promise<unknown> = Promise.resolve();
  let address: string | undefined;
  const kept = new Kept<Server>((onLost) =>
    connect(url, load, onLost, async (connected) => {
      const { connection, version, isMariadb, hasPerformanceSchema } = connected;
      if (!isMariadb)
        throw new EnvironmentError(
          "ProbeFailed",
          `mariadb() asks MariaDB; ${server} is MySQL ${version}: use mysql().`,
        );
      // Who lacks the privilege is told here, not in the middle of a run.
      await connection.query("SELECT 1 FROM information_schema.innodb_trx LIMIT 1");
      address = connected.address;
      return { connection, tellsMetadata: hasPerformanceSchema && (await tellsMetadata(connection)) };
    }),
  );
  return {
    ...{ system: "mysql", server, open: () => kept.open() },
    get address() {
      return address;
    },
    waits(ids) {
      // One question after the other: they are parts of one conversation.
      const answer = last.then(async () => await ask(await kept.get(), ids));
      last = answer.catch(() => {});
      return answer;
    },
    async close() {
      await (await kept.take())?.connection.end();
    },
  };
}

async function tellsMetadata(connection: Connection): Promise<boolean> {
  try {
    await askMetadataLocks(connection, []);
    return true;
  } catch (error) {
    if (unreadable.includes((error as { errno?: number }).errno ?? 0)) return false;
    throw error;
  }
}

async function ask({ connection, tellsMetadata }: Server, ids: readonly number[]): Promise<readonly SessionWait[]> {
  const told = tellsMetadata ? await askMetadataLocks(connection, ids) : [];
  // Rows take longer, and nobody waits for both.
  const others = ids.filter((id) => !told.some((wait) => wait.id === id));
  return others.length > 0 ? [...told, ...(await askRows(connection, others))] : told;
}

async function askRows(connection: Connection, ids: readonly number[]): Promise<readonly SessionWait[]> {
  const [[row]] = await connection.query<RowDataPacket[]>({ sql: asksForTurn, timeout: freshLimitMs + answerLimitMs });
  if (row?.["turn"] !== 1) throw new Error("other probes of this server take too long");
  try {
    await connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
    return groupWaits(await freshRows(connection), ids);
  } finally {
    await connection.query("COMMIT");
    await connection.query("DO RELEASE_LOCK('spangate')");
  }
}

let questions = 0;

async function freshRows(connection: Connection): Promise<readonly Row[]> {
  const until = now() + freshLimitMs;
  while (now() < until) {
    questions += 1;
    const mark = `/* question ${process.pid}.${questions} */`;
    const [rows] = await connection.query<Row[]>({ sql: `${mark} ${question}`, timeout: answerLimitMs });
    if (rows.some(({ asked }) => asked?.startsWith(mark))) return rows;
    await pause(cacheMs);
  }
  throw new Error("somebody else reads information_schema.innodb_trx too often, so that it is never filled anew");
}
