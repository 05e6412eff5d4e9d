// A place of its own in a MariaDB, so that test files do not meet there.
import { randomBytes } from "node:crypto";
import mysql from "mysql2/promise";
import { urlOf } from "./servers.ts";
import type { Store } from "./stores.ts";

/** @param server the URL of one; by default of the one that all tests share */
export async function openMariadb(server = urlOf("mariadb")): Promise<Store> {
  const database = `test_${randomBytes(6).toString("hex")}`;
  const connection = await mysql.createConnection(server);
  await connection.query(`CREATE DATABASE ${database}`);
  await connection.query(`USE ${database}`);
  await connection.query("CREATE TABLE account (id int PRIMARY KEY, balance int)");
  await connection.query("INSERT INTO account VALUES (1, 0)");
  const url = new URL(server);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    reset: async (balance) => void (await connection.query("UPDATE account SET balance = ?", [balance])),
    async balance() {
      const [rows] = await connection.query<mysql.RowDataPacket[]>("SELECT balance FROM account WHERE id = 1");
      return rows[0]?.["balance"];
    },
    async cut() {
      const [others] = await connection.query<mysql.RowDataPacket[]>(
        "SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()",
        [database],
      );
      for (const { id } of others) await connection.query(`KILL ${id}`);
      return others.length;
    },
    async close() {
      await connection.query(`DROP DATABASE ${database}`);
      await connection.end();
    },
  };
}
