// spangate run: what scenarios do, and what is told of them.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { open, readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { freshSchema } from "../support/database.ts";
import { untilGone } from "../support/pids.ts";
import { eventsOf, ScenarioFolder } from "../support/scenario-folder.ts";
import { Served, start } from "../support/spangate.ts";

const examples = fileURLToPath(new URL("../../examples/scenario/", import.meta.url));

async function withDatabase(): Promise<ScenarioFolder> {
  return await ScenarioFolder.create({ DATABASE_URL: await freshSchema() });
}

/** The bank with an account of 100, and alice, who withdraws 10. */
const bank = `
databases: { db: "\${DATABASE_URL}" }
services:
  bank:
    command: [node, "\${ROOT}/examples/lost-update/bank.js"]
    env: { DATABASE_URL: "\${db.url}" }
    ready: listening on (\\d+)
setup:
  - DROP TABLE IF EXISTS account; CREATE TABLE account (id int PRIMARY KEY, balance int)
  - INSERT INTO account VALUES (1, 100)
starters:
  alice: { http: "POST \${bank.url}/withdraw?amount=10" }
  bob: { http: "POST \${bank.url}/withdraw?amount=10" }
`;
const lostUpdate = `${bank}
order:
  - { actor: alice, after: "pg.query:SELECT *" }
  - { actor: bob, after: "pg.query:SELECT *" }
  - alice.finished
  - bob.finished
`;

describe("the examples", () => {
  it("pass, and tell what happens as it happens", async () => {
    await using folder = await withDatabase();
    const files = ["lost-update", "repaired", "last-seat"].map((name) => join(examples, `${name}.yaml`));
    const { exitCode, stdout, stderr } = await folder.call(...files, "--report", "pages");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const told = stdout
      .replaceAll(pathToFileURL(join(folder.path, "pages")).href, "PAGE")
      .replaceAll(examples, "")
      .replace(/\d{4,}/g, "N");
    expect(told.slice(0, told.indexOf("repaired.yaml:"))).toBe(
      `lost-update.yaml: a withdrawal is lost
  ✓ db answers at postgres://127.0.0.1:N/bank
  ✓ setup: 3 done
  ✓ bank is ready at http://127.0.0.1:N  [pid N]
  ■ alice.after("pg.query:SELECT *")
      alice stands after pg.query:SELECT bank  [bank]
  ■ bob.after("pg.query:SELECT *")
      alice stands after pg.query:SELECT bank  [bank]
      bob stands after pg.query:SELECT bank  [bank]
  ✓ SELECT balance FROM account
  ■ alice.finished
      bob stands after pg.query:SELECT bank  [bank]
  ■ bob.finished
  ✓ alice: status 200, json
  ✓ bob: status 200, json
  ✓ SELECT id, balance FROM account
  ✓ teardown: 1 done
  As a page: PAGE/lost-update.html
  4 expectations met
`,
    );
    expect(told).toContain("■ bob.blocked  waits for alice");
    expect((await readdir(join(folder.path, "pages"))).sort()).toEqual([
      "last-seat.html",
      "lost-update.html",
      "repaired.html",
    ]);
    expect(await readFile(join(folder.path, "pages/last-seat.html"), "utf8")).toContain("the last seat is sold twice");
  });
});

describe("an expectation that is not met", () => {
  it("shows what was expected and what is there, the lanes, and ends with 1", async () => {
    await using folder = await withDatabase();
    const { exitCode, stdout, stderr } = await folder.run(`${lostUpdate}
expect:
  - { sql: "SELECT * FROM account", rows: [{ id: 1, balance: 80 }] }
  - { sql: "SELECT * FROM account", rows: [] }
  - { sql: "SELECT no FROM account", value: 1 }
  - { starter: alice, status: 201, json: { balance: 80 }, headers: { x-no: "1" } }
  - { starter: bob, status: 200 }
`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain(`
  ✗ SELECT * FROM account
      scenario.yaml:22:5
      - rows[0].balance: 80
      + rows[0].balance: 90
  ✗ SELECT * FROM account
      scenario.yaml:23:5
      - rows: 0 rows
      + rows: 1 row
      + rows: { id: 1, balance: 90 }
  ✗ SELECT no FROM account
      scenario.yaml:24:5
      column "no" does not exist
  ✗ alice: status 201, json, headers
      scenario.yaml:25:5
      - status: 201
      + status: 200
      - header x-no: "1"
      - json.balance: 80
      + json.balance: 90
  ✓ bob: status 200
`);
    expect(stdout).toMatch(/■ held after pg\.query:SELECT bank {2}\[bank\]/);
    expect(stdout).toMatch(/ {2}4 of 5 expectations not met\n$/);
  });

  it("in the middle of an order does not keep it from going on", async () => {
    await using folder = await withDatabase();
    const { exitCode, stdout } = await folder.run(
      lostUpdate.replace(
        "  - alice.finished\n",
        '  - expect: [{ http: "GET ${bank.url}/x", status: 404 }, { sql: SELECT balance FROM account, value: 90 }]\n  - alice.finished\n',
      ),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ GET http:\/\/127\.0\.0\.1:\d+\/x\n/);
    expect(stdout).toContain("- value: 90\n      + value: 100\n");
    expect(stdout).toContain("■ bob.finished");
  });

  it("may be a statement that waits for the lock of an actor that stands", async () => {
    await using folder = await withDatabase();
    const { exitCode, stdout } = await folder.run(`${bank.replace("bank.js", "bank-repaired.js")}
options: { stepTimeoutMs: 2000 }
order:
  - { actor: alice, after: "pg.query:SELECT *" }
  - expect: [{ sql: SELECT balance FROM account FOR UPDATE, value: 100 }]
  - alice.finished
expect: [{ sql: SELECT balance FROM account, value: 80 }]
`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("no answer within 2000 ms. Does it need what an actor has that stands still");
    expect(stdout).toContain("1 of 2 expectations not met");
  });
});

it("does not take it for a success that nobody was served", async () => {
  await using folder = await withDatabase();
  const { exitCode, stdout } = await folder.run(
    `${lostUpdate.replace("balance int)", "balance int, CHECK (balance > 95))")}`,
  );
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /✗ alice\n {6}it was answered with 500: .*violates check constraint.*\n {6}If that is meant, expect its status\./,
  );
});

it("fails with the run's own words where the order is not reached", async () => {
  await using folder = await withDatabase();
  const { exitCode, stdout, stderr } = await folder.run(`${bank}
order:
  - { actor: alice, after: "pg.query:SELEKT bank" }
  - { actor: bob, after: "pg.query:SELECT bank" }
`);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^spangate: scenario\.yaml:16:5: alice never reached alice\.after\("pg\.query:SELEKT bank"\)\./,
  );
  expect(stderr).toContain('Nearest name: "pg.query:SELECT bank" (passed by alice).');
  expect(stdout).toMatch(/ms {2}alice .*\n/);
  expect(stdout).toMatch(/ {2}failed\n$/);
});

it("tells that a service has died, with 1", async () => {
  await using folder = await withDatabase();
  const { exitCode, stderr } = await folder.run(`
services:
  dying:
    command:
      - node
      - -e
      - require("http").createServer(() => process.exit(7)).listen(0, function () { console.log("on", this.address().port) })
    ready: on (\\d+)
starters: { alice: { http: "GET \${dying.url}/" } }
order: [{ actor: alice, after: GET }]
`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("dying");
});

it("shows what services have written where it fails: why one has died, with its exit code", async () => {
  await using folder = await ScenarioFolder.create();
  await folder.write(
    "calc.js",
    `const http = require("node:http");
console.log("\\x1b[31mstarts");
http.createServer(({ url }) => {
  if (url === "/crash") throw new Error("kaboom");
  http.get("http://127.0.0.1:1/").on("error", () => {});
}).listen(0, "127.0.0.1", function () { console.log("on", this.address().port); });
`,
  );
  const { exitCode, stdout, stderr } = await folder.run(`
services: { calc: { command: [node, calc.js], ready: on (\\d+) } }
starters: { a: { http: "GET \${calc.url}/" } }
order:
  - { actor: a, before: GET, service: calc, kind: client }
  - expect: [{ http: "GET \${calc.url}/crash", status: 200 }]
  - a.finished
`);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/scenario\.yaml:\d+:\d+: The process calc \(pid \d+\) died while a was in it\./);
  expect(stderr).toContain("By itself: it ended with exit code 1.");
  expect(stdout).toMatch(/ {2}calc has written, at the end:\n {6}.*starts\n {6}on \d+\n/);
  expect(stdout).toContain("Error: kaboom");
  expect(stdout).not.toContain("\x1b");
});

it("says at the end of several which of them failed, and on each one's page", async () => {
  await using folder = await withDatabase();
  await folder.write("good.yaml", `${lostUpdate}expect: [{ sql: SELECT balance FROM account, value: 90 }]\n`);
  await folder.write("bad.yaml", `${lostUpdate}expect: [{ sql: SELECT balance FROM account, value: 80 }]\n`);
  const { exitCode, stdout } = await folder.call("bad.yaml", "good.yaml", "--report", "pages");
  expect(exitCode).toBe(1);
  expect(stdout).toContain("  the expectation is not met\n");
  expect(stdout).toMatch(/\n1 of 2 scenarios failed: bad\.yaml\n$/);
  const page = await readFile(join(folder.path, "pages", "bad.html"), "utf8");
  expect(page).toContain("<title>bad.yaml: the expectation is not met");
});

it("ends with 3 where the connection to a database is lost in the middle, which is no difference", async () => {
  await using folder = await withDatabase();
  const { exitCode, stderr } = await folder.run(`${lostUpdate}expect:
  - { sql: SELECT pg_terminate_backend(pg_backend_pid()), value: true }
`);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/The connection to the database postgres:\/\/\S+ is lost: terminating connection/);
});

describe("what is around it and broken", () => {
  it("ends with 3 where a service does not become ready, with its output", async () => {
    await using folder = await withDatabase();
    const { exitCode, stderr, stdout } = await folder.run(
      `${lostUpdate.replace("${ROOT}/examples/lost-update/bank.js", "bank-of-nobody.js")}teardown: [DROP TABLE account]\n`,
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'spangate: scenario.yaml:5:5: The service "bank" ended before it was ready, with exit code 1.',
    );
    expect(stderr).toContain(join(folder.path, "bank-of-nobody.js"));
    expect(stdout).toContain("✓ teardown: 1 done");
  });

  it("ends with 3 where a database does not answer, and starts nothing", async () => {
    await using folder = await ScenarioFolder.create({ DATABASE_URL: "postgres://me:secret@127.0.0.1:1/bank" });
    const { exitCode, stdout, stderr } = await folder.run(lostUpdate);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr:
        "spangate: scenario.yaml:2:18: The database postgres://127.0.0.1:1/bank does not answer: connect ECONNREFUSED 127.0.0.1:1\n",
    });
    expect(stdout).not.toContain("ready");
  });

  it("ends with 3 where the set-up fails, and says where that is written", async () => {
    await using folder = await withDatabase();
    const { exitCode, stderr } = await folder.run(lostUpdate.replace("INSERT INTO account", "INSERT INTO acount"));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: 'spangate: scenario.yaml:10:5: setup failed: relation "acount" does not exist\n',
    });
  });

  it("ends with 3 where no coordinator answers at the address", async () => {
    await using folder = await withDatabase();
    await folder.write("scenario.yaml", lostUpdate);
    await folder.write("token", "secret");
    const { exitCode, stderr } = await folder.call(
      "scenario.yaml",
      "--address",
      "unix:/nowhere",
      "--token-file",
      "token",
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringMatching(/^spangate: No coordinator answers at unix:\/nowhere: /),
    });
  });
});

describe("a file that makes no sense", () => {
  it("ends with 2 before anything is done, for any of the files, with all mistakes", async () => {
    await using folder = await withDatabase();
    await folder.write("good.yaml", lostUpdate);
    await folder.write("one bad.yaml", lostUpdate.replace("alice.finished", "alic.finished"));
    await folder.write("other.yaml", "starters: []\n");
    const { exitCode, stdout, stderr } = await folder.call("good.yaml", "one bad.yaml", "other.yaml", "none.yaml");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(
      'one bad.yaml:18:5: There is no starter "alic". Did you mean "alice"? There are alice, bob.\n  18 |   - alic.finished\n     |     ^^^^^^^^^^^^^\n',
    );
    expect(stderr).toContain('other.yaml:1:1: The key "order" is missing');
    expect(stderr).toContain("other.yaml:1:11: Expected starters by their names; found a list.");
    expect(stderr).toContain("none.yaml: there is no such file.\n");
  });

  it("is found by --check too, which starts nothing", async () => {
    await using folder = await ScenarioFolder.create({ DATABASE_URL: "postgres://127.0.0.1:1/bank" });
    const fine = await folder.run(lostUpdate, "--check");
    expect(fine).toMatchObject({ exitCode: 0, stdout: "scenario.yaml is in order.\n", stderr: "" });
    const bad = await folder.run(
      `${lostUpdate}setup: [{ file: none.sql }]\nname: 1\n`.replace("setup:\n", "prepare:\n"),
      "--check",
    );
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toContain("scenario.yaml:21:7: Expected what the scenario shows");
    const json = await folder.run("starters: 1\norder: 1\n", "--check", "--json");
    expect(eventsOf(json)).toMatchObject([
      {
        type: "mistake",
        file: "scenario.yaml",
        line: 1,
        column: 11,
        message: "Expected starters by their names; found the number 1.",
      },
      { type: "mistake", file: "scenario.yaml", line: 2, column: 8 },
    ]);
    const file = await folder.run(lostUpdate.replace("setup:\n", "setup:\n  - file: none.sql\n"), "--check");
    expect(file.stderr).toContain(`scenario.yaml:9:11: There is no file ${join(folder.path, "none.sql")}.`);
  });
});

it("takes Windows' line ends and a byte order mark, and paths from the file's own folder", async () => {
  await using folder = await withDatabase();
  await folder.write(
    "money.sql",
    "CREATE TABLE account (id int PRIMARY KEY, balance int);\nINSERT INTO account VALUES (1, 100);\n",
  );
  await folder.write("job.mjs", "console.log(process.env.WHO, process.argv[2]);\nprocess.exitCode = 3;\n");
  const text = `﻿databases: { db: "\${DATABASE_URL}" }
setup: [{ file: money.sql }]
starters:
  job: { command: [node, job.mjs, 1], env: { WHO: me } }
order: [job.finished]
expect:
  - { starter: job, exitCode: 3, stdout: me 1, stderr: "" }
  - { sql: SELECT balance FROM account, value: 100 }
`;
  await folder.write("with blanks.yaml", text.replaceAll("\n", "\r\n"));
  const { exitCode, stdout, stderr } = await start(["run", join(folder.path, "with blanks.yaml")], {
    DATABASE_URL: await freshSchema(),
  }).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("✓ job: exitCode 3, stdout me 1, stderr");
});

it("puts in once what is named: $${ and a value that has ${ are no references any more", async () => {
  await using folder = await ScenarioFolder.create({ DATABASE_URL: await freshSchema(), V: "pass${word}" });
  const { exitCode, stdout, stderr } = await folder.run(`
databases: { db: "\${DATABASE_URL}" }
setup: ["CREATE TABLE d (t text); INSERT INTO d VALUES ('a $$\{HOME} b'), ('\${V}')"]
prepare: ["INSERT INTO d VALUES ('$$\{HOME} \${V}')"]
starters: { idle: { command: [node, -e, ""] } }
order: [idle.finished]
expect: [{ sql: SELECT t FROM d, rows: [{ t: "a $$\{HOME} b" }, { t: "\${V}" }, { t: "$$\{HOME} \${V}" }] }]
teardown: ["INSERT INTO d VALUES ('$$\{HOME} \${V}')", DROP TABLE d]
`);
  expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0, stderr: "" });
});

it("tells programs one event a line", async () => {
  await using folder = await withDatabase();
  const ended = await folder.run(
    `${lostUpdate}\nexpect: [{ sql: SELECT balance FROM account, value: 80 }]\n`,
    "--json",
  );
  expect(ended.exitCode).toBe(1);
  const events = eventsOf(ended);
  expect(events.map(({ type }) => type)).toEqual([
    "scenario",
    "database",
    "done",
    "service",
    "reached",
    "reached",
    "reached",
    "reached",
    "expectation",
    "output",
    "ended",
  ]);
  expect(events[5]).toMatchObject({
    checkpoints: [{ actor: "bob", checkpoint: 'bob.after("pg.query:SELECT *")', reached: true }],
    standing: [{ actor: "alice", place: "after pg.query:SELECT bank", service: "bank" }, { actor: "bob" }],
  });
  expect(events[8]).toMatchObject({ met: false, differences: [{ at: "value", expected: "80", found: "90" }] });
  expect(events[9]).toMatchObject({ service: "bank", lines: [expect.stringContaining("listening on")] });
  expect(events[10]).toEqual({ type: "ended", file: "scenario.yaml", met: 0, unmet: 1, exitCode: 1 });
});

it("uses a coordinator that runs, and a service that something else has started", async () => {
  await using folder = await withDatabase();
  await using served = await Served.start();
  await using account = await ScenarioFolder.create();
  const url = await freshSchema();
  await using service = start(
    ["exec", "--service", "bank", "--", "node", "examples/lost-update/bank.js"],
    { ...served.env, DATABASE_URL: url },
    fileURLToPath(new URL("../..", import.meta.url)),
  );
  const port = await service.said(/listening on (\d+)/);
  const text = lostUpdate
    .replace(/ {4}command:.*\n {4}env:.*\n {4}ready:.*\n/, `    url: http://127.0.0.1:${port}/\n`)
    .replace("${DATABASE_URL}", url);
  const alone = await folder.run(text);
  expect(alone).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('something else starts "bank"') });
  await account.write("scenario.yaml", `${text}expect: [{ sql: SELECT balance FROM account, value: 90 }]\n`);
  const { exitCode, stderr } = await account.call(
    "scenario.yaml",
    "--address",
    served.at.address,
    "--token-file",
    served.tokenFile,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

it("adopts a job of a worker", async () => {
  await using folder = await withDatabase();
  const { exitCode, stdout, stderr } = await folder.run(`
${bank.slice(0, bank.indexOf("starters:")).replace("examples/lost-update/bank.js", "test/fixtures/worker.mjs")}
starters: { job: { adopt: { span: "pg.query:UPDATE *", service: bank } } }
order:
  - { actor: job, before: "pg.query:UPDATE *" }
  - expect: [{ sql: SELECT balance FROM account WHERE balance < 101, rows: [{}] }]
  - job.finished
`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("job stands before pg.query:UPDATE bank  [bank]");
});

it("ends everything at Ctrl-C amid a hold, does the teardown, and tells the signal by its exit code", async () => {
  await using folder = await withDatabase();
  await folder.write(
    "scenario.yaml",
    `${bank}  job: { command: [node, "\${ROOT}/test/fixtures/job.js"], env: { STOP_AT: running, REPORT_FILE: report } }
options: { stepTimeoutMs: 60000 }
order:
  - { actor: alice, after: "pg.query:SELECT *" }
  - { actor: job, after: work }
  - expect: [{ sql: SELECT pg_sleep(500), value: "" }]
  - alice.finished
teardown: [{ file: gone.sql }]
`,
  );
  await folder.write("gone.sql", "DROP TABLE account; CREATE TABLE gone ()");
  await using run = folder.start("scenario.yaml", "--json");
  const service = await run.said(/"type":"service","name":"bank","pid":(\d+)/);
  const job = await run.said(/"actor":"job","place":"after work","service":"job","pid":(\d+)/);
  run.kill("SIGINT");
  const ended = await run.ended;
  expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 130, stderr: "" });
  await untilGone([Number(service), Number(job)]);
  expect(eventsOf(ended).at(-2)).toMatchObject({ type: "done", section: "teardown" });
  expect(eventsOf(ended).at(-1)).toMatchObject({ type: "ended", exitCode: 130 });
});

it("tells a teardown that fails after Ctrl-C as what it is, and ends by the signal", async () => {
  await using folder = await withDatabase();
  await folder.write(
    "scenario.yaml",
    `${bank.replace("setup:", "teardown: [DROP TABLE none]\nsetup:")}
options: { stepTimeoutMs: 60000 }
order:
  - { actor: alice, after: "pg.query:SELECT *" }
  - expect: [{ sql: SELECT pg_sleep(500), value: "" }]
`,
  );
  await using run = folder.start("scenario.yaml");
  await run.said(/(alice stands)/);
  run.kill("SIGINT");
  const { exitCode, stderr } = await run.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain('spangate: scenario.yaml:8:12: teardown failed: table "none" does not exist\n');
  expect(stderr).not.toContain("    at ");
});

it("does not wait for the teardown at a second signal, and leaves no process behind", async () => {
  await using folder = await withDatabase();
  await folder.write(
    "scenario.yaml",
    `${bank.replace("setup:", "teardown: [SELECT pg_sleep(25)]\nsetup:")}
options: { stepTimeoutMs: 60000 }
order:
  - { actor: alice, after: "pg.query:SELECT *" }
  - expect: [{ sql: SELECT pg_sleep(500), value: "" }]
  - alice.finished
`,
  );
  await using run = folder.start("scenario.yaml");
  const service = await run.said(/bank is ready at \S+ {2}\[pid (\d+)\]/);
  await run.said(/(alice stands)/);
  const started = performance.now();
  run.kill("SIGINT");
  await run.said(/(ended by SIGINT)/, "stderr");
  run.kill("SIGTERM");
  expect((await run.ended).exitCode).toBe(143);
  expect(performance.now() - started).toBeLessThan(15_000);
  await untilGone([Number(service)]);
});

it("says that a signal has ended it where a service still starts", async () => {
  await using folder = await ScenarioFolder.create();
  await folder.write(
    "scenario.yaml",
    `
services: { slow: { command: [node, -e, "setInterval(() => {}, 1000)"], ready: never } }
starters: { alice: { http: "GET http://127.0.0.1:1/" } }
order: [alice.finished]
`,
  );
  await using run = folder.start("scenario.yaml");
  await run.said(/(scenario\.yaml)/);
  run.kill("SIGINT");
  const { exitCode, stderr } = await run.ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: expect.stringContaining("spangate: ended by SIGINT") });
});

it("ends at a signal where a database takes connections and says nothing", async () => {
  const silent = createTcpServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  await using folder = await ScenarioFolder.create();
  await folder.write(
    "scenario.yaml",
    `databases: { db: "postgres://127.0.0.1:${port}/none" }\nstarters: { a: { command: [node] } }\norder: [a.finished]\n`,
  );
  await using run = folder.start("scenario.yaml");
  await once(silent, "connection");
  run.kill("SIGINT");
  // And not by the time-out of the connection, which is the environment's fault.
  expect((await run.ended).exitCode).toBe(130);
  silent.close();
});

it.skipIf(process.platform === "win32")("ends at a signal where its token is still to come by a pipe", async () => {
  await using folder = await ScenarioFolder.create();
  await folder.write("scenario.yaml", "starters: { a: { command: [node] } }\norder: [a.finished]\n");
  const pipe = join(folder.path, "pipe");
  execFileSync("/bin/sh", ["-c", 'mkfifo "$1"', "sh", pipe]);
  await using run = folder.start("scenario.yaml", "--address", "127.0.0.1:1", "--token-file", pipe);
  // Opens when the command does.
  await using _writer = await open(pipe, "w");
  run.kill("SIGINT");
  expect(await run.ended).toMatchObject({ exitCode: null });
});

it("gives up a ready expression that finds no end in the output", async () => {
  await using folder = await ScenarioFolder.create();
  const { exitCode, stderr } = await folder.run(`
services: { slow: { command: [node, -e, "console.log('a'.repeat(60) + 'b'); setInterval(() => {}, 1000)"], ready: "^(a+)+$" } }
starters: { alice: { http: "GET http://127.0.0.1:1/" } }
order: [alice.finished]
`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining("takes more than 1000 ms") });
});

it("leaves no process behind where it is killed itself amid a hold", async () => {
  await using folder = await withDatabase();
  await folder.write(
    "scenario.yaml",
    `${bank}options: { stepTimeoutMs: 60000 }
order:
  - { actor: alice, after: "pg.query:SELECT *" }
  - expect: [{ sql: SELECT pg_sleep(500), value: "" }]
`,
  );
  await using run = folder.start("scenario.yaml", "--json");
  const service = await run.said(/"place":"after pg\.query:SELECT bank","service":"bank","pid":(\d+)/);
  run.kill("SIGKILL");
  await untilGone([Number(service)]);
});

it("ends with its run although somebody never answers a starter's call", async () => {
  await using folder = await ScenarioFolder.create();
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { exitCode, stderr } = await folder.run(`
options: { stepTimeoutMs: 500 }
starters: { alice: { http: "GET http://127.0.0.1:${port}/" } }
order: [alice.started, alice.finished]
`);
  server.close();
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("alice.finished") });
});

it("says whose port is not known where what ready captured is none", async () => {
  await using folder = await withDatabase();
  const { exitCode, stderr } = await folder.run(lostUpdate.replace("listening on (\\d+)", "(listening) on"));
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr:
      'spangate: scenario.yaml:5:5: the url of "bank" is not known: what its ready expression captured is no number.\n',
  });
});
