// What the probes of MariaDB and of MySQL share: the driver, and answers of rows.
import type { Socket } from "node:net";
import type { Connection, RowDataPacket } from "mysql2/promise";
import type { SessionWait } from "../core/lock-probe.js";
import { serverName } from "../core/sessions.js";
import type { LoadDriver } from "./driver.js";

const connectLimitMs = 5_000;
/** How long a question may take. */
export const answerLimitMs = 2_000;

/** A connection, and what its server says of itself. */
export interface Connected {
  readonly connection: Connection;
  /** Of its other end; none for a Unix socket. */
  readonly address: string | undefined;
  readonly version: string;
  readonly isMariadb: boolean;
  readonly hasPerformanceSchema: boolean;
}

/**
 * Connects, and ends the connection again where it is of no use.
 * @param onLost is called when the connection is of no more use
 * @param accept makes of it what a probe needs, or throws
 */
export async function connect<Accepted>(
  url: string,
  load: LoadDriver,
  onLost: () => void,
  accept: (connected: Connected) => Promise<Accepted>,
): Promise<Accepted> {
  const mysql = await load<typeof import("mysql2/promise")>("mysql2/promise");
  const connection = await mysql.createConnection({ uri: url, connectTimeout: connectLimitMs });
  (connection as unknown as { on(event: string, listener: () => void): void }).on("error", onLost);
  try {
    const [[row]] = await connection.query<RowDataPacket[]>(
      "SELECT VERSION() AS version, @@performance_schema AS told",
    );
    const version = String(row?.["version"]);
    const hasPerformanceSchema = Number(row?.["told"]) === 1;
    const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
    const address = serverName(stream) || undefined;
    const isMariadb = version.includes("MariaDB");
    return await accept({ connection, address, version, isMariadb, hasPerformanceSchema });
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** A row's lock that a session waits for, and a session that has it. */
export interface RowWait {
  readonly id: number | null;
  readonly owner: number | null;
  readonly told: string;
}

/** One wait for each of these sessions that waits. */
export function groupWaits(rows: readonly RowWait[], ids: readonly number[]): readonly SessionWait[] {
  const known = rows.filter(({ id, owner }) => id !== null && owner !== null && ids.includes(Number(id)));
  const waits = Map.groupBy(known, ({ id }) => Number(id));
  return [...waits].map(([id, own]) => ({
    id,
    lock: own[0]?.told ?? "",
    by: [...new Set(own.map(({ owner }) => Number(owner)))],
  }));
}
