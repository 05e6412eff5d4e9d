// What databases answer, as drivers tell it, against what a file can say: numbers as texts, NULL, times, bytes, JSON, any
// sequence of rows, two databases in one scenario.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freshSchema } from "../support/database.ts";
import { openMariadb } from "../support/mariadb.ts";
import { ScenarioFolder } from "../support/scenario-folder.ts";
import { whyNot } from "../support/servers.ts";

const noMariadb = await whyNot("mariadb");

/** An actor that does nothing, so that there is an order. */
const idle = 'starters: { idle: { command: [node, -e, ""] } }\norder: [idle.finished]\n';

/** Tables with one of everything, and what is true of them in every database. */
function asking(types: {
  readonly time: string;
  readonly json: string;
  readonly bytes: string;
  readonly hex: string;
}): string {
  return `
databases: { db: "\${URL}" }
setup:
  - >-
    CREATE TABLE thing (id bigint, price decimal(12, 2), ratio double precision, label varchar(20), is_new boolean,
    at ${types.time}, facts ${types.json}, body ${types.bytes}); INSERT INTO thing VALUES
    (9007199254740993, 90.50, 0.25, NULL, true, '2024-02-29 23:59:59', '{"a": [1, {"b": null}], "id": 9007199254740993}', ${types.hex}),
    (2, -0.00, 1e21, '90', false, NULL, NULL, NULL)
${idle}
expect:
  - sql: SELECT * FROM thing ORDER BY id
    rows:
      - { id: 2, price: 0, ratio: 1.0e+21, label: "90", is_new: false, at: null, facts: null, body: null }
      - id: "9007199254740993"
        price: 90.5
        ratio: 0.25
        label: null
        is_new: true
        facts: { a: [1, { b: null }], id: "9007199254740993" }
        body: '\\x00ff'
  - { sql: SELECT id FROM thing ORDER BY id DESC, rows: [{ id: 2 }, { id: "9007199254740993" }], inAnyOrder: true }
  - { sql: SELECT at FROM thing WHERE id <> 2, value: "2024-02-29 23:59:59" }
  - { sql: SELECT count(*) FROM thing, value: 2 }
  - { sql: SELECT label FROM thing WHERE id = 2, rows: [{ label: "90" }], exact: true }
  - { sql: SELECT 1 FROM thing WHERE id = 0, rows: [] }
teardown: [DROP TABLE thing]
`;
}

/** Expectations that must not be met, and what is told of them. */
const wrong = `
databases: { db: "\${URL}" }
setup: ["CREATE TABLE t (id int, n decimal(5, 1), label varchar(90)); INSERT INTO t VALUES (1, 1.5, '1'), (2, NULL, 'x')"]
${idle}
expect:
  - { sql: SELECT label FROM t WHERE id = 1, value: "01" }
  - { sql: SELECT n FROM t WHERE id = 1, value: 1.25 }
  - { sql: SELECT n FROM t WHERE id = 2, value: 0 }
  - { sql: SELECT n FROM t WHERE id = 2, value: "" }
  - { sql: SELECT id FROM t WHERE id = 1, value: "1" }
  - { sql: SELECT id FROM t, value: 1 }
  - { sql: "SELECT id, n FROM t WHERE id = 1", rows: [{ id: 1 }], exact: true }
  - { sql: SELECT id FROM t ORDER BY id, rows: [{ id: 2 }, { id: 1 }] }
  - { sql: SELECT id FROM t ORDER BY id, rows: [{ id: 2 }, { id: 3 }], inAnyOrder: true }
  - { sql: SELECT id FROM t ORDER BY id, rows: [{ ID2: 1 }, {}] }
teardown: [DROP TABLE t]
`;
const told = [
  '- value: "01"\n      + value: "1"',
  '- value: 1.25\n      + value: "1.5"',
  "- value: 0\n      + value: null",
  '- value: ""\n      + value: null',
  '- value: "1"\n      + value: 1',
  "- value: 1\n      + value: 2 rows",
  '      + rows[0].n: "1.5"\n',
  "- rows[0].id: 2\n      + rows[0].id: 1\n      - rows[1].id: 1\n      + rows[1].id: 2",
  "- rows: { id: 3 }\n      + rows: { id: 1 }",
  "- rows[0].ID2: 1\n",
];

/** What only looks like what is expected. */
const alike = [
  { sql: "SELECT CAST('0090' AS char(4))", value: 90 },
  { sql: "SELECT code FROM t", value: 100 },
  { sql: "SELECT CAST('12345678901234568' AS decimal(30, 2))", value: "12345678901234567.89" },
  { sql: "SELECT count(*), count(*) + 6 AS count FROM t", value: 7 },
  { sql: "SELECT 1 AS a, 2 AS a", rows: [{ a: 2 }] },
  { sql: "UPDATE t SET code = code", rows: [] },
];
const alikeInPostgres = [
  { sql: `SELECT jsonb '"{\\"left\\": 1}"' AS doc`, rows: [{ doc: { left: 1 } }] },
  { sql: `SELECT jsonb '{"left": "1"}' AS doc`, rows: [{ doc: { left: 1 } }] },
  { sql: `SELECT jsonb '{"sold": 1}' AS doc`, rows: [{ doc: { sold: true } }] },
  { sql: `SELECT ARRAY[json '{"id": 12345678901234567.89}', NULL]`, value: [{ id: "12345678901234567.91" }, null] },
  { sql: "SELECT text '{}' AS doc", rows: [{ doc: {} }] },
  { sql: "SELECT ARRAY[12345678901234567.89]", value: ["12345678901234568"] },
  { sql: "SELECT 1", value: true },
];
const alikeInMariadb = [
  { sql: `SELECT JSON_QUOTE('{"left": 1}') AS doc`, rows: [{ doc: { left: 1 } }] },
  { sql: "SELECT JSON_OBJECT('left', '1') AS doc", rows: [{ doc: { left: 1 } }] },
  { sql: "SELECT JSON_OBJECT('sold', 1) AS doc", rows: [{ doc: { sold: true } }] },
  { sql: "SELECT CAST('{}' AS char(2)) AS doc", rows: [{ doc: {} }] },
  { sql: "SELECT COALESCE(doc, '') AS doc FROM flag", rows: [{ doc: { n: "9007199254740992" } }] },
  { sql: "CALL one()", rows: [] },
  { sql: "SELECT bits FROM flag", value: false },
  { sql: "SELECT 2", value: true },
];

const trueInPostgres = [
  { sql: "SELECT 12345678901234567.89::numeric", value: "12345678901234567.89" },
  { sql: "SELECT ARRAY[90.00, NULL, 12345678901234567.89]", value: [90, null, "12345678901234567.89"] },
  { sql: "SELECT ARRAY[9007199254740993, 2]", value: ["9007199254740993", 2] },
  { sql: `SELECT ARRAY[jsonb '{"n": 9007199254740993}']`, value: [{ n: "9007199254740993" }] },
  { sql: "SELECT 1 AS a; UPDATE t SET code = code", value: 1 },
];
const trueInMariadb = [
  { sql: "SELECT CAST('12345678901234567.89' AS decimal(30, 2))", value: "12345678901234567.89" },
  { sql: "CALL one()", rows: [{ a: 1 }] },
  { sql: "SELECT yes, large, bits FROM flag", rows: [{ yes: true, large: true, bits: true }], exact: true },
  { sql: "SELECT none FROM flag", value: false },
  {
    sql: "SELECT doc, COALESCE(doc, '') AS text FROM flag",
    rows: [{ doc: { n: "9007199254740993" }, text: { n: "9007199254740993" } }],
  },
  { sql: "SELECT ratio FROM flag", value: 0.9007199254740993 },
];

const databases = [
  {
    name: "PostgreSQL",
    open: async () => ({ url: await freshSchema(), close: async () => {} }),
    types: { time: "timestamp", json: "jsonb", bytes: "bytea", hex: "'\\x00ff'" },
    setup: [],
    lies: alikeInPostgres,
    truths: trueInPostgres,
  },
  {
    name: "MariaDB",
    open: () => openMariadb(),
    types: { time: "datetime", json: "json", bytes: "blob", hex: "x'00ff'" },
    setup: [
      "CREATE PROCEDURE one() SELECT 1 AS a",
      "CREATE TABLE flag (yes boolean, large bigint, bits bit(1), none bit(4), doc json, ratio double)",
      `INSERT INTO flag VALUES (true, 1, b'1', b'0', '{"n": 9007199254740993}', 0.9007199254740993)`,
    ],
    lies: alikeInMariadb,
    truths: trueInMariadb,
  },
];

describe.each(databases)("$name", ({ name, open, types, setup, lies, truths }) => {
  it.skipIf(name === "MariaDB" && noMariadb)("says what is expected, in whatever way its driver tells it", async () => {
    const { url, close } = await open();
    await using folder = await ScenarioFolder.create({ URL: url });
    const { exitCode, stdout, stderr } = await folder.run(asking(types));
    await close();
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("6 expectations met");
  });

  it.skipIf(name === "MariaDB" && noMariadb)("is shown where it says something else", async () => {
    const { url, close } = await open();
    await using folder = await ScenarioFolder.create({ URL: url });
    const { exitCode, stdout } = await folder.run(wrong);
    await close();
    expect({ exitCode, last: stdout.trimEnd().split("\n").at(-1) }).toEqual({
      exitCode: 1,
      last: "  10 of 10 expectations not met",
    });
    for (const difference of told) expect(stdout).toContain(difference);
  });

  const expecting = (expect: readonly object[]) =>
    JSON.stringify({
      databases: { db: "${URL}" },
      setup: ["CREATE TABLE t (code varchar(9))", "INSERT INTO t VALUES ('1e2')", ...setup],
      starters: { idle: { command: ["node", "-e", ""] } },
      order: ["idle.finished"],
      expect,
    });

  it.skipIf(name === "MariaDB" && noMariadb)("takes nothing for what it only looks like", async () => {
    const { url, close } = await open();
    await using folder = await ScenarioFolder.create({ URL: url });
    const { exitCode, stdout } = await folder.run(expecting([...alike, ...lies]));
    await close();
    expect({ exitCode, met: stdout.match(/✓ (SELECT|UPDATE|CALL).*/g) }).toEqual({ exitCode: 1, met: null });
    expect(stdout).toContain("the statement gives no rows");
    expect(stdout).toContain("two columns have the name a");
    expect(stdout).not.toContain("error in your SQL");
  });

  it.skipIf(name === "MariaDB" && noMariadb)("takes for it what it is by its column's type", async () => {
    const { url, close } = await open();
    await using folder = await ScenarioFolder.create({ URL: url });
    const { exitCode, stdout, stderr } = await folder.run(expecting(truths));
    await close();
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

it("tells times with a zone in UTC, whatever zone the machine has", async () => {
  await using folder = await ScenarioFolder.create({ URL: await freshSchema(), TZ: "Asia/Tokyo" });
  const { exitCode, stdout } = await folder.run(`
databases: { db: "\${URL}" }
${idle}
expect:
  - { sql: "SELECT timestamptz '2024-06-01 12:00:00+02' AS at", value: 2024-06-01 10:00:00+00 }
`);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
});

it("tells lists of times and of bytes, and numbers that JSON lacks, as texts", async () => {
  await using folder = await ScenarioFolder.create({ URL: await freshSchema() });
  const { exitCode, stdout } = await folder.run(`
databases: { db: "\${URL}" }
${idle}
expect:
  - sql: >-
      SELECT ARRAY[timestamp '2024-06-01 12:00:00', NULL] AS stamps, ARRAY[date '2024-02-29'] AS days,
      ARRAY[timestamptz '2024-06-01 12:00:00+02'] AS zoned, ARRAY[time '12:00'] AS times,
      ARRAY[interval '1 day'] AS spans, ARRAY['\\x00ff'::bytea] AS bodies, 'NaN'::float8 AS nan,
      ARRAY['-Infinity'::float8] AS far, 1e30::numeric AS large, 0.0000001::numeric AS small
    rows:
      - stamps: ["2024-06-01 12:00:00", null]
        days: ["2024-02-29"]
        zoned: ["2024-06-01 10:00:00+00"]
        times: ["12:00:00"]
        spans: ["1 day"]
        bodies: ['\\x00ff']
        nan: "NaN"
        far: ["-Infinity"]
        large: 1.0e+30
        small: 1.0e-7
`);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
});

describe.skipIf(noMariadb)("two databases", () => {
  it("are asked by their names, and a probe of MariaDB tells who waits", async () => {
    await using mariadb = Object.assign(await openMariadb(), {
      [Symbol.asyncDispose]: async () => await mariadb.close(),
    });
    await using folder = await ScenarioFolder.create({ ACCOUNT_URL: mariadb.url, LOG_URL: await freshSchema() });
    const { exitCode, stdout, stderr } = await folder.run(`
databases:
  account: { url: "\${ACCOUNT_URL}", probe: true }
  log: \${LOG_URL}
setup:
  - { database: log, sql: CREATE TABLE entry (at int) }
  - { database: account, sql: UPDATE account SET balance = 100 }
starters:
  alice: { command: [node, "\${ROOT}/test/fixtures/locking.mjs", alice], env: { URL: "\${account.url}" }, hold: flow }
  bob: { command: [node, "\${ROOT}/test/fixtures/locking.mjs", bob], env: { URL: "\${account.url}" }, hold: flow }
order:
  - { actor: alice, after: UPDATE, kind: client }
  - bob.blocked
  - expect:
      - { database: log, sql: SELECT count(*) FROM entry, value: 0 }
      - { database: account, sql: SELECT balance FROM account, value: 100 }
  - together: [alice.finished, bob.finished]
expect:
  - { database: account, sql: SELECT balance FROM account, value: 80 }
`);
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("■ bob.blocked  waits for alice");
  });
});

it("takes the driver of the scenario's own folder before its own", async () => {
  await using folder = await ScenarioFolder.create({ URL: "postgres://localhost/none" });
  const driver = join(folder.path, "node_modules/pg");
  await mkdir(driver, { recursive: true });
  await writeFile(join(driver, "package.json"), '{ "name": "pg", "version": "8.0.0", "main": "index.js" }');
  await writeFile(
    join(driver, "index.js"),
    'exports.Client = class { constructor() { throw new Error("the folder\'s own"); } };',
  );
  const { exitCode, stderr } = await folder.run(`databases: { db: "\${URL}" }\n${idle}`);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("the folder's own") });
});
