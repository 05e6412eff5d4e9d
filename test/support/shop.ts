// The two services of examples/two-services, as `spangate exec` starts them, on a place of their own in the database.
import { fileURLToPath } from "node:url";
import { Account } from "./bank.ts";
import { type Served, start } from "./spangate.ts";

export class ShopAndAccounts {
  readonly shopUrl: string;
  readonly accountsUrl: string;
  readonly account: Account;
  readonly #ends: AsyncDisposable[];

  private constructor(shopUrl: string, accountsUrl: string, account: Account, ends: AsyncDisposable[]) {
    this.shopUrl = shopUrl;
    this.accountsUrl = accountsUrl;
    this.account = account;
    this.#ends = ends;
  }

  static async start(served: Served): Promise<ShopAndAccounts> {
    const account = await Account.open();
    const ends: AsyncDisposable[] = [];
    const exec = async (service: string, env: Readonly<Record<string, string>>) => {
      const script = fileURLToPath(new URL(`../../examples/two-services/${service}.js`, import.meta.url));
      const it = start(["exec", "--service", service, "--", process.execPath, script], { ...served.env, ...env });
      ends.push(it);
      return `http://127.0.0.1:${await it.said(/listening on (\d+)/)}`;
    };
    const accountsUrl = await exec("accounts", { DATABASE_URL: account.url });
    const shopUrl = await exec("shop", { ACCOUNTS_URL: accountsUrl });
    return new ShopAndAccounts(shopUrl, accountsUrl, account, ends);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends.toReversed()) await end[Symbol.asyncDispose]();
    await this.account.close();
  }
}
