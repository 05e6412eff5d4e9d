// The example's race between two requests to a bank on a real PostgreSQL, in two processes of it or in one, over and over:
// is it lost every time, and how long does one take?
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type Gateway, type OrderEntry, openGateway, type Service, type Starter } from "spangate";
import { startPostgres } from "../../examples/support/postgres.ts";
import { type Figures, median, rounded, sizeFrom } from "./support/figures.ts";

const forced = sizeFrom("BENCH_RACES", 1_000);
const bank = fileURLToPath(new URL("../../examples/lost-update/bank.js", import.meta.url));

type Order = (alice: Starter, bob: Starter) => readonly OrderEntry[];

const overlapping: Order = (alice, bob) => [
  alice.after("pg.query:SELECT bank"),
  bob.after("pg.query:SELECT bank"),
  alice.finished,
  bob.finished,
];
const serial: Order = (alice, bob) => [
  alice.after("pg.query:UPDATE bank"),
  alice.finished,
  bob.after("pg.query:SELECT bank"),
  bob.finished,
];

export function lostUpdates(): Promise<Figures> {
  return measure(2);
}

export function lostUpdatesOneProcess(): Promise<Figures> {
  return measure(1);
}

async function measure(processes: number): Promise<Figures> {
  await using postgres = await startPostgres();
  const database = new pg.Pool({ connectionString: postgres.url });
  // pg's pool says that it has ended before its connections have: the server may end them.
  database.on("error", () => {});
  await database.query("CREATE TABLE account (id int PRIMARY KEY, balance int)");
  await database.query("INSERT INTO account VALUES (1, 100)");
  await using gateway = await openGateway();
  const options = { ready: /listening on (\d+)/, env: { DATABASE_URL: postgres.url } };
  const started = Array.from({ length: processes }, () => gateway.service("bank", ["node", bank], options));
  const banks = await Promise.all(started);
  const race = async (order: Order) => {
    const times: number[] = [];
    const plainTimes: number[] = [];
    const balances: number[] = [];
    for (let at = 0; at < forced; at++) {
      await database.query("UPDATE account SET balance = 100");
      times.push(await timeOf(() => run(gateway, banks, order)));
      const { rows } = await database.query<{ balance: number }>("SELECT balance FROM account");
      balances.push(rows[0]?.balance ?? Number.NaN);
      plainTimes.push(await timeOf(() => withdrawTwice(banks)));
    }
    return {
      msEach: rounded(median(times), 1),
      plainMs: rounded(median(plainTimes), 1),
      ratioToPlain: rounded(median(times) / median(plainTimes), 2),
      count: (balance: number) => balances.filter((it) => it === balance).length,
    };
  };
  const lost = await race(overlapping);
  const kept = await race(serial);
  await database.end();
  return {
    forced,
    wrong: lost.count(90),
    msEach: lost.msEach,
    plainMs: lost.plainMs,
    ratioToPlain: lost.ratioToPlain,
    serial: { forced, right: kept.count(80), msEach: kept.msEach },
  };
}

async function run(gateway: Gateway, banks: readonly Service[], order: Order): Promise<void> {
  const alice = gateway.starter("alice", () => withdraw(banks.at(0)));
  const bob = gateway.starter("bob", () => withdraw(banks.at(-1)));
  await using runner = gateway.runner([alice, bob], order(alice, bob));
  await runner.finish();
}

/** The same requests, one after the other, while no run is open. */
async function withdrawTwice(banks: readonly Service[]): Promise<void> {
  await withdraw(banks.at(0));
  await withdraw(banks.at(-1));
}

async function withdraw(service: Service | undefined): Promise<string> {
  const response = await fetch(`${service?.url}/withdraw?amount=10`, { method: "POST" });
  return await response.text();
}

async function timeOf(action: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}
