// Runs every anomaly at every isolation level, and tells which of them the database prevents: in a table, beside what is
// published. `--transcripts` prints what happened in each.
import { fileURLToPath } from "node:url";
import { type Gateway, openGateway, type Service } from "spangate";
import { type Database, openMariadb, openMysql, openPostgres } from "./databases.ts";
import { type Rows, type Scenario, scenarios, type Told } from "./scenarios.ts";

const statement = /^(pg\.query:)?(BEGIN|SET|SELECT|INSERT|UPDATE|DELETE|COMMIT|ROLLBACK)\b/;
const names = scenarios.map(({ name }) => name).filter((name) => !name.endsWith("writing"));
const mariadbUrl = process.env.MARIADB_URL || "mysql://root@127.0.0.1:3306/";
const tellsTranscripts = process.argv.includes("--transcripts");

let differs = 0;
await examine(await openPostgres());
const mariadb = await openMariadb(mariadbUrl).catch((error: Error) => error);
if (mariadb instanceof Error && process.env.MARIADB_URL) throw mariadb;
if (mariadb instanceof Error) {
  console.log(`\nNo MariaDB answers at ${mariadbUrl} (${mariadb.message}): it was left out. Set MARIADB_URL.`);
} else {
  await examine(mariadb);
}
if (process.env.MYSQL_URL) await examine(await openMysql(process.env.MYSQL_URL));
process.exitCode = differs === 0 ? 0 : 1;

async function examine(database: Database): Promise<void> {
  await database.query("CREATE TABLE item (id int PRIMARY KEY, amount int)");
  const gateway = await openGateway({ probes: [database.probe] });
  const service = await gateway.service("bank", ["node", fileURLToPath(new URL("session.js", import.meta.url))], {
    ready: /listening on (\d+)/,
    env: { DATABASE_URL: database.url },
  });
  const table: Record<string, Record<string, string | undefined>> = {};
  for (const [level, published] of Object.entries(database.published)) {
    const happened = new Map<string, boolean>();
    for (const scenario of scenarios)
      happened.set(scenario.name, await happens(scenario, level, database, gateway, service));
    const found = names.map((name) => (happened.get(name) ? "no" : happened.get(`${name}, writing`) ? "reads" : "yes"));
    differs += found.filter((it, at) => it !== published[at]).length;
    table[level] = Object.fromEntries(
      names.map((name, at) => [
        name,
        found[at] === published[at] ? published[at] : `${found[at]}, not ${published[at]}`,
      ]),
    );
  }
  console.log(`\n${database.name}: is it prevented? ("reads": where it only reads)`);
  console.table(table);
  await gateway.close();
  await database.close();
}

/** Sends the statements in their sequence, as far as the database lets them, and looks. */
async function happens(
  { name, title, steps, happens: hasHappened }: Scenario,
  level: string,
  database: Database,
  gateway: Gateway,
  service: Service,
): Promise<boolean> {
  await database.query("DELETE FROM item");
  await database.query("INSERT INTO item (id, amount) VALUES (1, 10), (2, 20)");
  const begin = database.begin(level);
  const numbers = [...new Set(steps.map(([number]) => number))].toSorted();
  const statements = (number: number) => [...begin, ...steps.filter(([it]) => it === number).map(([, sql]) => sql)];
  const starters = numbers.map((number) => gateway.starter(`T${number}`, () => send(service, statements(number))));
  // All begin; then each statement has its turn. One that waits for a lock is passed over: it ends when the lock is free,
  // and its transaction stands in front of its next statement until that one has its turn.
  const sent = numbers.map(() => begin.length);
  const order = [
    ...starters.map((starter) => starter.after(statement, { nth: begin.length })),
    ...steps.flatMap(([number]) => {
      const at = numbers.indexOf(number);
      const [starter, nth] = [starters[at], (sent[at] ?? 0) + 1];
      sent[at] = nth;
      return starter
        ? [starter.before(statement, { nth }).ifReached(), starter.after(statement, { nth }).ifReached()]
        : [];
    }),
  ];
  await using runner = gateway.runner(starters, order);
  const results = await runner.finish();
  const told = numbers.map((number) => toldBy(statements(number), results[`T${number}`]));
  if (tellsTranscripts) console.log(`\n${database.name}, ${level}: ${name}, ${title}\n${String(runner.interleaving)}`);
  return hasHappened(told, rowsOf(await database.query("SELECT id, amount FROM item")));
}

interface Answer {
  readonly results: readonly unknown[];
  readonly error?: { readonly message: string };
}

async function send(service: Service, statements: readonly string[]): Promise<Answer> {
  const response = await fetch(service.url, { method: "POST", body: JSON.stringify(statements) });
  return (await response.json()) as Answer;
}

function toldBy(statements: readonly string[], answer: Answer | undefined): Told {
  const results = answer?.results ?? [];
  const reads = results.filter((_, at) => statements[at]?.startsWith("SELECT"));
  return {
    reads: reads.map((it) => rowsOf(it as Record<string, unknown>[])),
    committed: answer?.error === undefined,
  };
}

function rowsOf(rows: readonly Record<string, unknown>[]): Rows {
  return Object.fromEntries(rows.map(({ id, amount }) => [Number(id), Number(amount)]));
}
