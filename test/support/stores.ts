// Stores that hold one balance, and a bank in one process on top of each.

import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import pg from "pg";
import type { Gateway, Pattern, Service } from "spangate";
import { freshSchema } from "./database.ts";
import { urlOf } from "./servers.ts";

/** A server as the test sees it, beside the service's driver. */
export interface Store {
  readonly url: string;
  /** For the service, beside the URL. */
  readonly env?: Readonly<Record<string, string>>;
  reset(balance: number): Promise<void>;
  balance(): Promise<number>;
  /** Ends the connections of the service; how many those were. */
  cut?(): Promise<number>;
  close(): Promise<void>;
}

/** A way to read and write a balance, and what its spans are called. */
export interface StoreCase {
  /** The module in `fixtures/stores`. */
  readonly module: string;
  /** By default the module. */
  readonly title?: string;
  readonly open: () => Promise<Store>;
  readonly read: Pattern;
  readonly write: Pattern;
  /** By default `write`. The call whose end makes what was written visible to others. */
  readonly commit?: Pattern;
  /** Why what follows a read cannot be held, where that is so. */
  readonly refusesAfter?: RegExp;
}

export async function openPostgres(): Promise<Store> {
  const url = await freshSchema();
  const pool = new pg.Pool({ connectionString: url });
  await pool.query("CREATE TABLE account (id int PRIMARY KEY, balance int)");
  await pool.query("INSERT INTO account VALUES (1, 0)");
  return {
    url,
    reset: async (balance) => void (await pool.query("UPDATE account SET balance = $1", [balance])),
    balance: async () => (await pool.query("SELECT balance FROM account WHERE id = 1")).rows[0].balance,
    async cut() {
      const { rowCount } = await pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'failing'",
      );
      return rowCount ?? 0;
    },
    close: () => pool.end(),
  };
}

export async function openRedis(): Promise<Store> {
  const redis = new Redis(urlOf("redis"));
  const key = `spangate:test:${randomBytes(6).toString("hex")}`;
  return {
    url: `${urlOf("redis")}?key=${key}`,
    reset: async (balance) => void (await redis.set(key, balance)),
    balance: async () => Number(await redis.get(key)),
    async close() {
      await redis.del(key);
      await redis.quit();
    },
  };
}

/** The bank on a store, as a service of one process. */
export function startStore(gateway: Gateway, { module }: StoreCase, { url, env }: Store): Promise<Service> {
  const script = fileURLToPath(new URL("../fixtures/stores/service.mjs", import.meta.url));
  return gateway.service("bank", ["node", script, module], {
    ready: /listening on (\d+)/,
    env: { STORE_URL: url, ...env },
  });
}
