// The example's bank as a service under test, on a place of its own in the run's PostgreSQL.
import { fileURLToPath } from "node:url";
import pg from "pg";
import type { Gateway, Service } from "spangate";
import { freshSchema } from "./database.ts";

/** The account that the bank keeps: one row. */
export class Account {
  readonly url: string;
  readonly #pool: pg.Pool;

  private constructor(url: string) {
    this.url = url;
    this.#pool = new pg.Pool({ connectionString: url });
  }

  static async open(): Promise<Account> {
    const account = new Account(await freshSchema());
    await account.#pool.query("CREATE TABLE account (id int PRIMARY KEY, balance int)");
    await account.#pool.query("INSERT INTO account VALUES (1, 0)");
    return account;
  }

  async reset(balance: number): Promise<void> {
    await this.#pool.query("UPDATE account SET balance = $1", [balance]);
  }

  async balance(): Promise<number> {
    const { rows } = await this.#pool.query("SELECT balance FROM account WHERE id = 1");
    return rows[0].balance;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** A replica of the bank. */
export function startBank(gateway: Gateway, { url }: Account, file = "bank.js"): Promise<Service> {
  const script = fileURLToPath(new URL(`../../examples/lost-update/${file}`, import.meta.url));
  return gateway.service("bank", ["node", script], { ready: /listening on (\d+)/, env: { DATABASE_URL: url } });
}

/** Withdraws 10. */
export function withdrawFrom(service: Service): () => Promise<Response> {
  return () => fetch(`${service.url}/withdraw?amount=10`, { method: "POST" });
}
