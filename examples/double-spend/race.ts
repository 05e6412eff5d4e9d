// Two requests to one process: a coupon is used twice, and the last item is sold twice. Then the same order against the
// repaired checkout.
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import pg from "pg";
import { openGateway } from "spangate";
import { startPostgres } from "../support/postgres.ts";

await using postgres = await startPostgres();
const database = new pg.Pool({ connectionString: postgres.url });
database.on("error", () => {}); // at the end PostgreSQL may stop before the pool's idle connections are closed
await database.query("CREATE TABLE product (id int PRIMARY KEY, stock int)");
const redisUrl = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";
const redis = await connect(redisUrl);
const coupon = `coupon:${process.pid}`;

const results: boolean[] = [];
for (const [file, isRepaired] of [
  ["checkout.js", false],
  ["checkout-repaired.js", true],
] as const) {
  await using gateway = await openGateway();
  const shop = await gateway.service("shop", ["node", fileURLToPath(new URL(file, import.meta.url))], {
    ready: /listening on (\d+)/,
    env: { DATABASE_URL: postgres.url, ...(redis && { REDIS_URL: redisUrl }) },
  });

  /** Has two customers check out; both stand in front of `write` before either goes on. */
  const race = async (path: string, write: string) => {
    const checkOut = async () => (await fetch(shop.url + path, { method: "POST" })).text();
    const alice = gateway.starter("alice", checkOut);
    const bob = gateway.starter("bob", checkOut);
    await using runner = gateway.runner(
      [alice, bob],
      [alice.before(write), bob.before(write), alice.finished, bob.finished],
    );
    const answers = await runner.finish();
    console.log(runner.interleaving);
    console.log(`alice: ${answers.alice}; bob: ${answers.bob}\n`);
    return answers;
  };

  console.log(`\n${file}\n`);
  if (redis) {
    await stock(2);
    await redis.del(coupon);
    const { bob } = await race(`/checkout?coupon=${coupon}`, "set");
    await redis.del(coupon);
    results.push((bob === "coupon used") === isRepaired);
    console.log(`The coupon was used ${bob === "coupon used" ? "once" : "twice"}.\n`);
  }
  await stock(1);
  await race("/checkout", "pg.query:UPDATE bank");
  const { rows } = await database.query("SELECT stock FROM product");
  results.push(rows[0].stock === (isRepaired ? 0 : -1));
  console.log(`Left in stock: ${rows[0].stock}.`);
}
redis?.disconnect();
await database.end();
if (!redis) console.log(`\nNo Redis answers at ${redisUrl}: the coupon was left out. Start one, or set REDIS_URL.`);
if (results.includes(false)) process.exitCode = 1;

async function stock(count: number): Promise<void> {
  await database.query("DELETE FROM product");
  await database.query("INSERT INTO product VALUES (1, $1)", [count]);
}

async function connect(url: string): Promise<Redis | undefined> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
  client.on("error", () => {}); // told once, at the end
  try {
    await client.connect();
    return client;
  } catch {
    return undefined;
  }
}
