// The test, on the machine that has started Compose: two buyers with money for one purchase, both past the shop's check.
// The first of them that reads the balance waits until the other has read it too.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openGateway } from "spangate";

const { COORDINATOR = "localhost:7717", SHOP = "http://localhost:3000", SECRETS = "secrets" } = process.env;
const secret = (name: string) => fileURLToPath(new URL(`${SECRETS}/${name}`, import.meta.url));
const token = (await readFile(secret("token"), "utf8")).trim();

await using gateway = await openGateway({
  connect: { address: COORDINATOR, token, tls: { ca: secret("ca.pem") } },
});
const buy = async () => (await fetch(SHOP, { method: "POST" })).text();
const alice = gateway.starter("alice", buy);
const bob = gateway.starter("bob", buy);
const read = "pg.query:SELECT *";
const runner = gateway.runner(
  [alice, bob],
  [alice.after(read, { service: "bank" }), bob.after(read, { service: "bank" }), alice.finished, bob.finished],
);
const results = await runner.finish();
console.log(`${String(runner.interleaving)}\n`);
console.log(`alice: ${results.alice}, bob: ${results.bob}. There was money for one purchase.`);
if (results.alice !== "sold" || results.bob !== "sold") process.exitCode = 1;
