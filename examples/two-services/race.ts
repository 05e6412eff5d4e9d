// A shop that calls an accounts service, which owns the database; two replicas of each. Two buyers with money for
// one purchase, both forced to pass the shop's check. Their identity crosses both hops by itself.
import { fileURLToPath } from "node:url";
import pg from "pg";
import { openGateway } from "spangate";
import { startPostgres } from "../support/postgres.ts";

await using postgres = await startPostgres();
const database = new pg.Pool({ connectionString: postgres.url });
database.on("error", () => {}); // at the end PostgreSQL may stop before the pool's idle connections are closed
await database.query("CREATE TABLE account (id int PRIMARY KEY, balance int)");
await database.query("INSERT INTO account VALUES (1, 10)");

await using gateway = await openGateway();
const [shop1, shop2] = await Promise.all([replica(), replica()]);

const alice = gateway.starter("alice", async () => (await fetch(shop1.url, { method: "POST" })).text());
const bob = gateway.starter("bob", async () => (await fetch(shop2.url, { method: "POST" })).text());
const runner = gateway.runner(
  [alice, bob],
  [
    alice.after("pg.query:SELECT bank", { service: "accounts" }), // alice's shop will be told: 10
    bob.before("GET", { service: "shop", kind: "client" }), // bob's shop is about to ask
    bob.after("pg.query:SELECT bank", { service: "accounts" }), // and will be told the same
    alice.before("pg.query:*", { attributes: { "db.query.text": /^UPDATE account/ } }),
    alice.finished,
    bob.finished,
  ],
);

for await (const { checkpoint, arrival } of runner) {
  console.log(`${String(checkpoint)}${arrival ? `  in ${arrival.service} (pid ${arrival.pid})` : ""}`);
}
const results = await runner.finish();
console.log(`\n${String(runner.interleaving)}\n`);
console.log(`alice: ${results.alice}, bob: ${results.bob}. There was money for one purchase.`);
await database.end();
if (results.alice !== "sold" || results.bob !== "sold") process.exitCode = 1;

async function replica() {
  const ready = /listening on (\d+)/;
  const accounts = await gateway.service("accounts", ["node", script("accounts.js")], {
    ready,
    env: { DATABASE_URL: postgres.url },
  });
  return await gateway.service("shop", ["node", script("shop.js")], { ready, env: { ACCOUNTS_URL: accounts.url } });
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
