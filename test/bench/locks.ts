// Two actors on a real PostgreSQL with a lock probe: how soon is it known that one waits for the other, and what do many
// short steps cost?
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type Gateway, openGateway, postgres, type Service, type SpangateError, type Starter } from "spangate";
import { startPostgres } from "../../examples/support/postgres.ts";
import { type Figures, median, quantile, rounded, sizeFrom } from "./support/figures.ts";

const waits = sizeFrom("BENCH_WAITS", 200);
const stepsEach = sizeFrom("BENCH_STEPS", 200);
const rounds = 5;
const script = fileURLToPath(new URL("../../examples/hermitage/session.js", import.meta.url));

interface Setting {
  readonly gateway: Gateway;
  readonly database: pg.Client;
  readonly url: string;
  session(name: string, statements: readonly string[]): Starter;
}

const transaction = ["BEGIN", "UPDATE account SET balance = balance + 1", "COMMIT"];

/** From the wait's start, as PostgreSQL tells it, to the answer of `runner.next()`. */
export async function blockedDetection(): Promise<Figures> {
  return await withService(async ({ gateway, database, session }) => {
    await createAccount(database);
    const times: number[] = [];
    for (let at = 0; at < waits; at++) {
      const [alice, bob] = [session("alice", transaction), session("bob", transaction)];
      await using runner = gateway.runner(
        [alice, bob],
        [alice.before("pg.query:COMMIT *"), bob.blocked, alice.finished, bob.finished],
      );
      await runner.next();
      await runner.next();
      const now = performance.timeOrigin + performance.now();
      const { rows } = await database.query<{ since: number }>(
        "SELECT extract(epoch FROM waitstart)::float8 * 1000 AS since FROM pg_locks WHERE NOT granted",
      );
      times.push(now - (rows[0]?.since ?? Number.NaN));
      await runner.finish();
    }
    return { p50Ms: rounded(median(times), 1), p99Ms: rounded(quantile(times, 0.99), 1) };
  });
}

/** An order that the locks forbid: from the moment at which the probe has seen the wait to the test's error. */
export async function deadlockReport(): Promise<Figures> {
  return await withService(async ({ gateway, database, session }) => {
    await createAccount(database);
    const times: number[] = [];
    for (let at = 0; at < waits; at++) {
      const [alice, bob] = [session("alice", transaction), session("bob", transaction)];
      await using runner = gateway.runner(
        [alice, bob],
        [alice.before("pg.query:COMMIT *"), bob.after("pg.query:UPDATE *"), alice.finished],
      );
      await runner.next();
      const code = await runner.next().catch((error: SpangateError) => error.code);
      const now = performance.timeOrigin + performance.now();
      const { openedAt, moments } = runner.interleaving.toJSON();
      const seen = moments.find(({ type }) => type === "blocked");
      if (code !== "Deadlock" || !seen || !openedAt) throw new Error(`No deadlock: ${code}`);
      times.push(now - Date.parse(openedAt) - seen.atMs);
    }
    return { p50Ms: rounded(median(times), 1), p99Ms: rounded(quantile(times, 0.99), 1) };
  });
}

async function createAccount(database: pg.Client): Promise<void> {
  await database.query("CREATE TABLE account (id int PRIMARY KEY, balance int)");
  await database.query("INSERT INTO account VALUES (1, 100)");
}

/** Two actors take turns, a statement each; beside the same statements sent in that sequence by two plain clients. */
export async function steps(): Promise<Figures> {
  return await withService(async ({ gateway, session, url }) => {
    const statements = Array.from({ length: stepsEach }, (_, at) => `SELECT ${at}`);
    const clients = [new pg.Client(url), new pg.Client(url)];
    await Promise.all(clients.map((client) => client.connect()));
    const rates = [];
    for (let round = 0; round < rounds; round++) {
      const [alice, bob] = [session("alice", statements), session("bob", statements)];
      const each = statements.flatMap(() => [alice.after("pg.query:SELECT *"), bob.after("pg.query:SELECT *")]);
      await using runner = gateway.runner([alice, bob], each);
      await runner.next();
      const guided = await secondsOf(async () => {
        for (let step = 1; step < each.length; step++) await runner.next();
      });
      await runner.finish();
      const plain = await secondsOf(async () => {
        for (const statement of statements) for (const client of clients) await client.query(statement);
      });
      rates.push({ perSecond: (each.length - 1) / guided, ratioToPlain: guided / plain });
    }
    await Promise.all(clients.map((client) => client.end()));
    return {
      perSecond: rounded(median(rates.map(({ perSecond }) => perSecond))),
      ratioToPlain: rounded(median(rates.map(({ ratioToPlain }) => ratioToPlain)), 2),
    };
  });
}

async function withService(measure: (setting: Setting) => Promise<Figures>): Promise<Figures> {
  await using server = await startPostgres();
  const { url } = server;
  const database = new pg.Client(url);
  await database.connect();
  await using gateway = await openGateway({ probes: [postgres(url)] });
  const options = { ready: /listening on (\d+)/, env: { DATABASE_URL: url } };
  const service = await gateway.service("bank", ["node", script], options);
  const session = (name: string, statements: readonly string[]) =>
    gateway.starter(name, () => send(service, statements));
  const figures = await measure({ gateway, database, url, session });
  await database.end();
  return figures;
}

async function send(service: Service, statements: readonly string[]): Promise<unknown> {
  const response = await fetch(service.url, { method: "POST", body: JSON.stringify(statements) });
  const outcome = (await response.json()) as { readonly error?: object };
  if (outcome.error) throw new Error(JSON.stringify(outcome.error));
  return outcome;
}

async function secondsOf(action: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await action();
  return (performance.now() - begun) / 1_000;
}
