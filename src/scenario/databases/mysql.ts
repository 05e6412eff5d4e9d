// MySQL and MariaDB by the package mysql2.
import { type LoadDriver, serverOf } from "../../probes/driver.js";
import { connectLimitMs, type Database, lost, plainRow, type Row, TookTooLong, unreachable } from "./database.js";

/** Numbers that JavaScript would round, dates and times are texts. */
const texts = { supportBigNumbers: true, bigNumberStrings: true, dateStrings: true } as const;

/** @throws {EnvironmentError} DatabaseFailed */
export async function openMysql(url: string, load: LoadDriver): Promise<Database> {
  const mysql = await load<typeof import("mysql2/promise")>("mysql2/promise");
  const server = serverOf("mysql", url);
  const connect = async () => {
    const uri = url.replace(/^mariadb:/, "mysql:");
    const connection = await mysql.createConnection({
      uri,
      connectTimeout: connectLimitMs,
      multipleStatements: true,
      ...texts,
    });
    (connection as unknown as { on(event: string, listener: () => void): void }).on("error", () => {});
    await connection.query("SET time_zone = '+00:00'");
    return connection;
  };
  let connection = await connect().catch((error: unknown) => {
    throw unreachable(server, error);
  });
  const renew = async () => {
    const id = connection.threadId;
    connection.destroy();
    connection = await connect();
    // It may have ended by itself.
    await connection.query(`KILL ${id}`).catch(() => {});
  };
  const [version] = (await connection.query("SELECT VERSION() AS version"))[0] as { version: string }[];
  return {
    system: version?.version.includes("MariaDB") ? "mariadb" : "mysql",
    server,
    async query(sql, limitMs) {
      try {
        const [result, fields] = await connection.query({ sql, timeout: limitMs });
        return rowsOf(result, fields).map(plainRow);
      } catch (error) {
        const { code, sqlState } = error as { readonly code?: string; readonly sqlState?: string };
        if (code === "PROTOCOL_SEQUENCE_TIMEOUT") {
          await renew();
          throw new TookTooLong(limitMs);
        }
        // The server's own words have it.
        throw sqlState === undefined ? lost(server, error) : error;
      }
    },
    renew,
    close: async () => {
      await connection.end();
    },
  };
}

// Of several statements the last one's; of one that gives no rows none.
function rowsOf(result: unknown, fields: unknown): readonly Row[] {
  const isOfSeveral = Array.isArray(fields) && fields.some((it) => it === undefined || Array.isArray(it));
  const rows = isOfSeveral ? (result as unknown[]).at(-1) : result;
  return Array.isArray(rows) ? (rows as Row[]) : [];
}
