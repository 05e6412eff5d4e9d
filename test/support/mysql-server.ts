// As much of a MySQL server as a lock probe needs. It says which version it is, and answers questions to
// performance_schema from tables in a MariaDB, which have the columns that MySQL's manual documents ("Performance Schema
// Lock Tables", 8.0 to 9.5): with what a test has put there.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo, Server as NetServer } from "node:net";
import mysql from "mysql2";
import promises, { type FieldPacket, type RowDataPacket } from "mysql2/promise";
import { urlOf } from "./servers.ts";

const number = "BIGINT UNSIGNED";
const text = "VARCHAR(128)";
const side = (name: string) => ({
  [`${name}_ENGINE_LOCK_ID`]: text,
  ...Object.fromEntries(
    ["ENGINE_TRANSACTION_ID", "THREAD_ID", "EVENT_ID", "OBJECT_INSTANCE_BEGIN"].map((it) => [`${name}_${it}`, number]),
  ),
});
const tables = {
  data_lock_waits: { ENGINE: text, ...side("REQUESTING"), ...side("BLOCKING") },
  data_locks: {
    ...{ ENGINE: text, ENGINE_LOCK_ID: text, ENGINE_TRANSACTION_ID: number, THREAD_ID: number, EVENT_ID: number },
    ...{ OBJECT_SCHEMA: text, OBJECT_NAME: text, PARTITION_NAME: text, SUBPARTITION_NAME: text, INDEX_NAME: text },
    ...{ OBJECT_INSTANCE_BEGIN: number, LOCK_TYPE: text, LOCK_MODE: text, LOCK_STATUS: text, LOCK_DATA: text },
  },
  metadata_locks: {
    ...{ OBJECT_TYPE: text, OBJECT_SCHEMA: text, OBJECT_NAME: text, COLUMN_NAME: text, OBJECT_INSTANCE_BEGIN: number },
    ...{ LOCK_TYPE: text, LOCK_DURATION: text, LOCK_STATUS: text, SOURCE: text, OWNER_THREAD_ID: number },
    OWNER_EVENT_ID: number,
  },
  threads: {
    ...{ THREAD_ID: number, NAME: text, TYPE: text, PROCESSLIST_ID: number, PROCESSLIST_USER: text },
    ...{ PROCESSLIST_HOST: text, PROCESSLIST_DB: text, PROCESSLIST_COMMAND: text, PROCESSLIST_TIME: number },
    ...{ PROCESSLIST_STATE: text, PROCESSLIST_INFO: text },
  },
};

export type Table = keyof typeof tables;

export interface MysqlServer {
  readonly url: string;
  /** Replaces all rows of all tables. */
  fill(rows: Partial<Record<Table, readonly Readonly<Record<string, string | number | null>>[]>>): Promise<void>;
  close(): Promise<void>;
}

/** @param without a table that it does not have */
export async function startMysqlServer(
  version: string,
  { hasPerformanceSchema = true, without }: { hasPerformanceSchema?: boolean; without?: Table } = {},
): Promise<MysqlServer> {
  const database = `test_${randomBytes(6).toString("hex")}`;
  const connection = await promises.createConnection(urlOf("mariadb"));
  await connection.query(`CREATE DATABASE ${database}`);
  for (const [table, columns] of Object.entries(tables)) {
    if (table === without) continue;
    const definitions = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    await connection.query(`CREATE TABLE ${database}.${table} (${definitions})`);
  }
  const answer = (sql: string) =>
    connection.query<RowDataPacket[]>(
      sql.includes("VERSION()")
        ? `SELECT '${version}' AS version, ${Number(hasPerformanceSchema)} AS told`
        : sql.replaceAll("performance_schema.", `${database}.`),
    );
  const server = mysql.createServer((client) => serve(client as unknown as Client, version, answer));
  const { _server: listening } = server as unknown as { _server: NetServer };
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return {
    url: `mysql://root@127.0.0.1:${(listening.address() as AddressInfo).port}/bank`,
    async fill(rows) {
      for (const table of Object.keys(tables) as Table[]) {
        await connection.query(`DELETE FROM ${database}.${table}`);
        for (const row of rows[table] ?? []) await connection.query(`INSERT INTO ${database}.${table} SET ?`, [row]);
      }
    },
    async close() {
      listening.close();
      await connection.query(`DROP DATABASE ${database}`);
      await connection.end();
    },
  };
}

/** A server's side of a connection, of which mysql2 declares nothing. */
interface Client {
  /** Every question and its answer are counted from 0: the server's side does not do that by itself. */
  sequenceId: number;
  serverHandshake(greeting: Readonly<Record<string, unknown>>): void;
  on(event: "query", listener: (sql: string) => void): void;
  on(event: "error", listener: () => void): void;
  writeTextResult(rows: readonly RowDataPacket[], columns: readonly object[]): void;
  writeError(error: { readonly code: number; readonly message: string }): void;
}

type Answer = (sql: string) => Promise<[RowDataPacket[], FieldPacket[]]>;

function serve(client: Client, serverVersion: string, answer: Answer): void {
  client.serverHandshake({
    ...{ protocolVersion: 10, serverVersion, connectionId: 1, statusFlags: 2, characterSet: 45 },
    // All that is asked for but compression and TLS.
    capabilityFlags: 0xff_ff_ff & ~0x20 & ~0x8_00,
    authCallback(_: unknown, accept: () => void) {
      accept();
      client.sequenceId = 0;
    },
  });
  client.on("error", () => {});
  client.on("query", async (sql) => {
    try {
      const [rows, fields] = await answer(sql);
      client.writeTextResult(rows, fields.map(columnOf));
    } catch (error) {
      const { errno, message } = error as Error & { errno: number };
      client.writeError({ code: errno, message });
    }
    client.sequenceId = 0;
  });
}

function columnOf({ name, columnType }: FieldPacket): object {
  const nothing = { catalog: "def", schema: "", table: "", orgTable: "", orgName: name, flags: 0, decimals: 0 };
  return { ...nothing, name, columnType, characterSet: 45, columnLength: 1_024 };
}
