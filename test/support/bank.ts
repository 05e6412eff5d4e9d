// The example's bank as a service under test, on the run's PostgreSQL.
import { fileURLToPath } from "node:url";
import pg from "pg";
import type { Gateway, Service } from "spangate";
import { inject } from "vitest";

/** A replica of the bank. */
export function startBank(gateway: Gateway, file: "bank.js" | "bank-repaired.js" = "bank.js"): Promise<Service> {
  const script = fileURLToPath(new URL(`../../examples/lost-update/${file}`, import.meta.url));
  return gateway.service("bank", ["node", script], {
    ready: /listening on (\d+)/,
    env: { DATABASE_URL: inject("databaseUrl") },
  });
}

/** The account that the bank keeps: one row. */
export class Account {
  readonly #pool = new pg.Pool({ connectionString: inject("databaseUrl") });

  async reset(balance: number): Promise<void> {
    await this.#pool.query("CREATE TABLE IF NOT EXISTS account (id int PRIMARY KEY, balance int)");
    await this.#pool.query("INSERT INTO account VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET balance = $1", [balance]);
  }

  async balance(): Promise<number> {
    const { rows } = await this.#pool.query("SELECT balance FROM account WHERE id = 1");
    return rows[0].balance;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** Withdraws 10. */
export function withdrawFrom(service: Service): () => Promise<Response> {
  return () => fetch(`${service.url}/withdraw?amount=10`, { method: "POST" });
}
