// Two withdrawals of 10 from a balance of 100, forced to read before either one writes.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { openGateway } from "spangate";
import { startPostgres } from "../support/postgres.ts";

await using postgres = await startPostgres();
const database = new pg.Pool({ connectionString: postgres.url });
database.on("error", () => {}); // at the end PostgreSQL may stop before the pool's idle connections are closed
await database.query("CREATE TABLE account (id int PRIMARY KEY, balance int)");

console.log("The bank as it is: SELECT, then UPDATE.\n");
const wrong = await race("bank.js");
console.log("\nThe bank repaired: SELECT … FOR UPDATE. The same order.\n");
const right = await race("bank-repaired.js");
await database.end();

console.log(`\nTwo withdrawals of 10 from 100 leave 80. The bank: ${wrong}, one is lost. The repaired bank: ${right}.`);
if (wrong !== 90 || right !== 80) process.exitCode = 1;

async function race(script: string): Promise<number> {
  await database.query("DELETE FROM account");
  await database.query("INSERT INTO account VALUES (1, 100)");

  await using gateway = await openGateway({ recordAttributes: ["db.query.text"] });
  const bank = await gateway.service("bank", ["node", fileURLToPath(new URL(script, import.meta.url))], {
    ready: /listening on (\d+)/,
    env: { DATABASE_URL: postgres.url },
  });

  const withdraw = () => fetch(`${bank.url}/withdraw?amount=10`, { method: "POST" });
  const alice = gateway.starter("alice", withdraw);
  const bob = gateway.starter("bob", withdraw);
  const runner = gateway.runner(
    [alice, bob],
    [
      alice.after("pg.query:SELECT bank"), // alice has read 100
      bob.after("pg.query:SELECT bank").ifReached(), // bob has read 100 too, unless the bank makes him wait
      alice.finished, // listed, so that alice stands still until here
      bob.finished,
    ],
    { stallMs: 300 },
  );

  await runner.next();
  const both = await runner.next();
  console.log(both?.reached ? "Both have read the balance, nobody has written." : "bob waits until alice has written.");
  await runner.finish();
  console.log(runner.interleaving);
  const page = new URL(`../../spangate-report/${script}.html`, import.meta.url);
  await mkdir(new URL(".", page), { recursive: true });
  await writeFile(page, runner.interleaving.toHtml());
  console.log(`As a page: ${page}`);
  const { rows } = await database.query("SELECT balance FROM account");
  console.log(`The balance: ${rows[0].balance}`);
  return rows[0].balance;
}
