// The databases, their isolation levels, and what these prevent as published: the ten anomalies of Hermitage in their
// sequence (https://github.com/ept/hermitage, which tells MySQL's; MariaDB's are the same).
import mysql from "mysql2/promise";
import pg from "pg";
import { type LockProbe, mariadb, mysql as mysqlProbe, postgres } from "spangate";
import { startPostgres } from "../support/postgres.ts";

export interface Database {
  readonly name: string;
  readonly url: string;
  readonly probe: LockProbe;
  /** By level: whether each anomaly is prevented, or only where it reads. */
  readonly published: Readonly<Record<string, readonly ("yes" | "no" | "reads")[]>>;
  /** What begins a transaction. */
  begin(level: string): readonly string[];
  query(statement: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

const [yes, no, reads] = ["yes", "no", "reads"] as const;

export async function openPostgres(): Promise<Database> {
  const server = await startPostgres();
  const client = new pg.Client(server.url);
  await client.connect();
  const committed = [yes, yes, yes, yes, yes, no, no, no, no, no];
  return {
    name: "PostgreSQL",
    url: server.url,
    probe: postgres(server.url),
    published: {
      "READ UNCOMMITTED": committed,
      "READ COMMITTED": committed,
      "REPEATABLE READ": [yes, yes, yes, yes, yes, yes, yes, yes, no, no],
      SERIALIZABLE: committed.map(() => yes),
    },
    begin: (level) => [`BEGIN ISOLATION LEVEL ${level}`],
    query: async (statement) => (await client.query(statement)).rows,
    async close() {
      await client.end();
      await server.stop();
    },
  };
}

/** @throws where no server answers */
export function openMariadb(url: string): Promise<Database> {
  return openInnodb("MariaDB", url, mariadb);
}

/** @throws where no server answers */
export function openMysql(url: string): Promise<Database> {
  return openInnodb("MySQL", url, mysqlProbe);
}

async function openInnodb(name: string, url: string, probe: (url: string) => LockProbe): Promise<Database> {
  const database = `hermitage_${process.pid}`;
  const connection = await mysql.createConnection(url);
  await connection.query(`CREATE DATABASE ${database}`);
  await connection.query(`USE ${database}`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  return {
    name,
    url: own.href,
    probe: probe(url),
    published: {
      "READ UNCOMMITTED": [yes, no, no, no, no, no, no, no, no, no],
      "READ COMMITTED": [yes, yes, yes, yes, yes, no, no, no, no, no],
      "REPEATABLE READ": [yes, yes, yes, yes, yes, reads, no, reads, no, no],
      SERIALIZABLE: [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
    },
    begin: (level) => [`SET SESSION TRANSACTION ISOLATION LEVEL ${level}`, "BEGIN"],
    query: async (statement) => {
      const [rows] = await connection.query<mysql.RowDataPacket[]>(statement);
      return Array.isArray(rows) ? rows : [];
    },
    async close() {
      await connection.query(`DROP DATABASE ${database}`);
      await connection.end();
    },
  };
}
