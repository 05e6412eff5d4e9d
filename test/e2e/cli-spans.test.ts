// spangate spans: whatever a test can be held at, and no word that is not true.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import pg from "pg";
import { type Gateway, openGateway } from "spangate";
import { describe, expect, it, onTestFinished } from "vitest";
import { Account } from "../support/bank.ts";
import { freshSchema } from "../support/database.ts";
import { fixture, node } from "../support/fixtures.ts";
import { type Listed, listedIn, paste } from "../support/listed.ts";
import type { Ended } from "../support/scripts.ts";
import { urlOf, whyNot } from "../support/servers.ts";
import { call, Served, start } from "../support/spangate.ts";

const noRedis = await whyNot("redis");
const noMariadb = await whyNot("mariadb");
const example = (file: string) => fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));

type Env = Readonly<Record<string, string | undefined>>;
interface Request {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
}

/** Runs a service with the command, sends it the requests one after the other, and ends it as Ctrl-C does. */
async function spansOf(
  command: readonly string[],
  requests: readonly Request[],
  env: Env = {},
  ...options: readonly string[]
): Promise<Ended & { readonly bodies: readonly string[] }> {
  await using spans = start(["spans", "--service", "bank", ...options, "--", ...command], env);
  const port = await spans.said(/listening on (\d+)/, "stderr");
  const bodies: string[] = [];
  for (const { path, ...init } of requests)
    bodies.push(await (await fetch(`http://127.0.0.1:${port}${path}`, init)).text());
  spans.kill("SIGINT");
  const ended = await spans.ended;
  expect({ exitCode: ended.exitCode, signal: ended.signal }, ended.stderr).toEqual({ exitCode: 0, signal: null });
  return { ...ended, bodies };
}

/** What --json tells. */
interface Fact extends Readonly<Record<"name" | "endName" | "kind", string>> {
  readonly count: number;
  readonly before: Told;
  readonly after: Told;
}

interface Told {
  readonly line: string | null;
  readonly holds: "flow" | "thread" | null;
  readonly refusals?: readonly { readonly reason: string }[];
}

const facts = (stdout: string): readonly Fact[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

/** What an example's order lists, as its source has it: the phase, and a pattern of the span's name. */
async function orderOf(name: string): Promise<readonly (readonly [phase: string, name: RegExp])[]> {
  const source = await readFile(example(`${name}/race.ts`), "utf8");
  const glob = (text: string) => new RegExp(`^${text.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
  const namesOf = (text: string): readonly RegExp[] => {
    if (text.startsWith('"')) return [glob(JSON.parse(text))];
    // A constant of the file, or what a function of the file is called with.
    const [, expression] = new RegExp(`const ${text} = /(.*)/;`).exec(source) ?? [];
    if (expression) return [new RegExp(expression)];
    return [...source.matchAll(/await race\(.*, "(.*)"\)/g)].map(([, written = ""]) => glob(written));
  };
  const listed = [...source.matchAll(/\.(before|after)\(("[^"]*"|\w+)/g)];
  return listed.flatMap(([, phase = "", text = ""]) => namesOf(text).map((pattern) => [phase, pattern] as const));
}

function expectListed(lines: readonly Listed[], order: Awaited<ReturnType<typeof orderOf>>): void {
  expect(order.length).toBeGreaterThan(0);
  for (const [phase, pattern] of order) {
    const named = lines.filter((it) => it.phase === phase && pattern.test(nameIn(it)));
    expect(named, `${phase} ${pattern} in\n${lines.map(({ code }) => code).join("\n")}`).not.toEqual([]);
    // Not one of them needs a thread.
    expect(named.filter(({ code }) => code.includes("hold:"))).toEqual([]);
  }
}

const nameIn = ({ code }: Listed): string => JSON.parse(/\(("(?:[^"\\]|\\.)*")/.exec(code)?.[1] ?? '""');

async function openAccount(): Promise<Account> {
  const account = await Account.open();
  onTestFinished(() => account.close());
  await account.reset(100);
  return account;
}

async function withProduct(): Promise<string> {
  const url = await freshSchema();
  const client = new pg.Client(url);
  await client.connect();
  await client.query("CREATE TABLE product (id int PRIMARY KEY, stock int)");
  await client.query("INSERT INTO product VALUES (1, 5)");
  await client.query("CREATE TABLE item (id int PRIMARY KEY, amount int)");
  await client.query("INSERT INTO item VALUES (1, 10)");
  await client.end();
  return url;
}

const withdrawal = { path: "/withdraw?amount=10", method: "POST" };

describe("names every span that an example's test gates", () => {
  it.each(["bank.js", "bank-repaired.js"])("of lost-update/%s, and the pasted lines force its race", async (file) => {
    const account = await openAccount();
    const command = [process.execPath, example(`lost-update/${file}`)];
    const { stdout } = await spansOf(command, [withdrawal], { DATABASE_URL: account.url });
    const lines = listedIn(stdout);
    expectListed(lines, await orderOf("lost-update"));
    const read = lines.find(({ title, phase }) => title.startsWith("pg.query:SELECT") && phase === "after")?.code ?? "";
    await account.reset(100);
    await using gateway = await openGateway({ stallMs: 300 });
    const bank = await gateway.service("bank", command, {
      ready: /listening on (\d+)/,
      env: { DATABASE_URL: account.url },
    });
    const [alice, bob] = ["alice", "bob"].map((name) =>
      gateway.starter(name, () => fetch(bank.url + withdrawal.path, { method: "POST" })),
    ) as [ReturnType<Gateway["starter"]>, ReturnType<Gateway["starter"]>];
    const both = [paste(read, alice), paste(read, bob).ifReached()];
    await gateway.runner([alice, bob], [...both, alice.finished, bob.finished]).finish();
    expect(await account.balance()).toBe(file === "bank.js" ? 90 : 80);
  });

  it.skipIf(noRedis).each(["checkout.js", "checkout-repaired.js"])("of double-spend/%s", async (file) => {
    const coupon = `coupon:${randomBytes(6).toString("hex")}`;
    const redis = new Redis(urlOf("redis"));
    onTestFinished(async () => {
      await redis.del(coupon);
      await redis.quit();
    });
    const { stdout } = await spansOf(
      [process.execPath, example(`double-spend/${file}`)],
      [`/checkout?coupon=${coupon}`, "/checkout"].map((path) => ({ path, method: "POST" })),
      { DATABASE_URL: await withProduct(), REDIS_URL: urlOf("redis") },
    );
    expectListed(listedIn(stdout), await orderOf("double-spend"));
    expect(stdout).toContain('    alice.after("POST /checkout")\n');
  });

  it.each([
    ["PostgreSQL", undefined, withProduct, "pg.query:UPDATE bank"],
    ["MariaDB", noMariadb, async () => urlOf("mariadb"), "SELECT"],
  ])("of hermitage, on %s", async (_, isMissing, open, name) => {
    if (isMissing) return;
    const statements = ["BEGIN", "SELECT 1", "UPDATE item SET amount = 1 WHERE id = 1", "COMMIT"];
    const { stdout } = await spansOf(
      [process.execPath, example("hermitage/session.js")],
      [{ path: "/", method: "POST", body: JSON.stringify(statements) }],
      { DATABASE_URL: await open() },
    );
    const lines = listedIn(stdout);
    expectListed(lines, await orderOf("hermitage"));
    expect(lines.map(({ code }) => code)).toContain(`alice.before(${JSON.stringify(name)})`);
  });

  it("of two-services, by a coordinator that runs, and the pasted lines hold there", async () => {
    const account = await openAccount();
    await using served = await Served.start();
    const service = (name: string, file: string, env: Env) =>
      start(["exec", "--service", name, "--", process.execPath, example(`two-services/${file}`)], {
        ...served.env,
        ...env,
      });
    await using accounts = service("accounts", "accounts.js", { DATABASE_URL: account.url });
    const accountsUrl = `http://127.0.0.1:${await accounts.said(/listening on (\d+)/)}`;
    await using shop = service("shop", "shop.js", { ACCOUNTS_URL: accountsUrl });
    const shopUrl = `http://127.0.0.1:${await shop.said(/listening on (\d+)/)}`;
    await using looking = start(["spans"], served.env);
    await using one = start(["spans", "--service", "accounts"], served.env);
    for (const it of [looking, one]) await it.said(/(looks on)/, "stderr");
    const buy = () => fetch(shopUrl, { method: "POST" }).then((response) => response.text());
    expect(await buy()).toBe("sold");
    await Promise.all([looking.said(/(\+ PUT {2}\[accounts, server\])/), one.said(/(\+ PUT {2}\[accounts, server\])/)]);
    await looking.said(/(\+ POST {2}\[shop, server\])/);
    for (const it of [looking, one]) it.kill("SIGINT");
    const [all, ofOne] = [await looking.ended, await one.ended];
    expect([all.exitCode, ofOne.exitCode]).toEqual([0, 0]);
    const lines = listedIn(all.stdout);
    expectListed(lines, await orderOf("two-services"));
    // The request comes to the shop first. Of one service only that is told, and its lines mean no other's spans.
    expect([...new Set(lines.map(({ service: name }) => name))]).toEqual(["shop", "accounts"]);
    expect(new Set(listedIn(ofOne.stdout).map(({ service: name }) => name))).toEqual(new Set(["accounts"]));
    expect(listedIn(ofOne.stdout)).toEqual(lines.filter((it) => it.service === "accounts"));
    const gets = lines.filter(({ title, phase }) => title === "GET" && phase === "before");
    expect(gets.map(({ code }) => code)).toEqual([
      'alice.before("GET", { kind: "client" })',
      'alice.before("GET", { kind: "server" })',
    ]);
    await using gateway = await openGateway({ connect: served.at });
    const alice = gateway.starter("alice", buy);
    await using runner = gateway.runner(
      [alice],
      gets.map(({ code }) => paste(code, alice)),
    );
    const kinds: unknown[] = [];
    for await (const { arrival } of runner) kinds.push(`${arrival?.service} ${arrival?.kind}`);
    expect(kinds).toEqual(["shop client", "accounts server"]);
  });
});

const express = { EXPRESS: fixture("../../package.json") };

describe("tells the truth of", () => {
  // Each line that it prints is reached by a run, and where it prints none a run cannot hold.
  it.each([
    ["express", "frameworks/express.cjs", ["/api/item", "/work", "/late"], express],
    ["spans of the application itself", "frameworks/plain.cjs", ["/async", "/sync", "/bare", "/compiled"], {}],
    ["fastify", "frameworks/fastify.mjs", ["/work", "/plain"], { INSTRUMENTATION: "@fastify/otel" }],
  ])("%s", async (_, file, paths, env) => {
    await using served = await Served.start();
    await using service = start(["exec", "--service", "bank", "--", ...node(file)], { ...served.env, ...env });
    const port = await service.said(/listening on (\d+)/);
    const request = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}?who=x`)).text();
    await using gateway = await openGateway({ connect: served.at });
    for (const path of paths) {
      await using looking = start(["spans", "--json"], served.env);
      await looking.said(/(looks on)/, "stderr");
      await request(path);
      // Whatever the agents know has come when a run that is opened now has asked them.
      await asked(gateway);
      looking.kill("SIGINT");
      const all = facts((await looking.ended).stdout);
      expect(all.length).toBeGreaterThan(1);
      for (const entry of all) {
        for (const phase of ["before", "after"] as const) await check(gateway, entry, phase, () => request(path));
      }
    }
  });

  async function asked(gateway: Gateway): Promise<void> {
    const nobody = gateway.starter("nobody", () => {});
    await gateway.runner([nobody], [nobody.started]).finish();
  }

  async function check(
    gateway: Gateway,
    entry: Fact,
    phase: "before" | "after",
    request: () => Promise<string>,
  ): Promise<void> {
    const { line, holds } = entry[phase];
    const name = phase === "before" ? entry.name : entry.endName;
    const alice = gateway.starter("alice", request);
    if (line !== null && holds === "flow") {
      await using runner = gateway.runner([alice], [paste(line, alice)]);
      const reached = await runner.next();
      expect(reached?.arrival, line).toMatchObject({ span: name, mode: "flow", kind: entry.kind });
      await runner.finish();
      return;
    }
    const plain = phase === "before" ? alice.before(name) : alice.after(name);
    await expect(gateway.runner([alice], [plain]).finish(), String(plain)).rejects.toMatchObject({
      code: "NotGateable",
    });
    if (holds !== "thread" || line === null) return;
    const bob = gateway.starter("alice", request);
    await using runner = gateway.runner([bob], [paste(line, bob)]);
    expect((await runner.next())?.arrival, line).toMatchObject({ span: name, mode: "thread" });
    await runner.finish();
  }

  it("what has its name late: before() takes the first, after() the last", async () => {
    const { stdout } = await spansOf(node("frameworks/express.cjs"), [{ path: "/api/item?who=x" }], express);
    expect(listedIn(stdout).filter(({ title }) => title.startsWith("GET"))).toEqual([
      { service: "bank", title: "GET → GET /api/item", phase: "before", code: 'alice.before("GET")' },
      { service: "bank", title: "GET → GET /api/item", phase: "after", code: 'alice.after("GET /api/item")' },
    ]);
  });

  it.skipIf(noRedis)("a pipeline's inner commands, with the reason", async () => {
    const command = [...node("redis/service.mjs"), "ioredis", "5"];
    const { stdout } = await spansOf(command, [{ path: "/pipeline" }], { SERVER_URL: urlOf("redis") }, "--json");
    const refused = facts(stdout).flatMap(({ name, before: { refusals = [] } }) =>
      refusals.map(({ reason }) => `${name}: ${reason}`),
    );
    expect(refused).toContainEqual(expect.stringContaining("pipeline"));
  });

  it("a function that is not async, with the way out", async () => {
    const { stdout } = await spansOf(node("frameworks/plain.cjs"), [{ path: "/sync" }]);
    expect(stdout).toContain(`
  sync  [internal, 1×]
    alice.before("sync", { hold: "thread" })
      · Its flow cannot be held here: the function that startActiveSpan was
        given is not async, so its caller may need its result at once. Make it
        async. So it stops the whole thread, and every flow in it.
`);
  });
});

it("counts every span, up to the command's end", async () => {
  const { stdout } = await spansOf(
    node("frameworks/plain.cjs"),
    Array.from({ length: 20 }, () => ({ path: "/async" })),
    {},
    "--json",
  );
  const counts = Object.fromEntries(facts(stdout).map(({ name, count }) => [name, count]));
  expect(counts).toMatchObject({ GET: 20, outer: 20, inner: 20 });
});

it("harms no run, however much there is to tell, and lists all of it", async () => {
  await using served = await Served.start();
  await using service = start(["exec", "--service", "bank", "--", ...node("frameworks/plain.cjs")], served.env);
  const port = await service.said(/listening on (\d+)/);
  const request = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}?who=x`)).text();
  await using looking = start(["spans", "--json"], served.env);
  await looking.said(/(looks on)/, "stderr");
  await using gateway = await openGateway({ connect: served.at });
  const alice = gateway.starter("alice", () => request("/async"));
  await using runner = gateway.runner([alice], [alice.before("inner"), alice.finished]);
  await runner.next();
  expect(await request("/crowd")).toContain("x");
  await runner.finish();
  looking.kill("SIGINT");
  const { exitCode, stdout, stderr } = await looking.ended;
  expect(exitCode, stderr).toBe(0);
  const crowd = facts(stdout).filter(({ name }) => name.includes("名"));
  expect(crowd.map(({ name }) => Number.parseInt(name, 10))).toEqual(Array.from({ length: 800 }, (_, at) => at));
  expect(new Set(crowd.map(({ count }) => count))).toEqual(new Set([2]));
});

it("tells statements only to who asks for them", async () => {
  const account = await openAccount();
  const command = [process.execPath, example("lost-update/bank.js")];
  const env = { DATABASE_URL: account.url };
  const plain = await spansOf(command, [withdrawal], env);
  expect(plain.stdout).toContain('"db.query.text"');
  expect(plain.stdout).not.toContain("WHERE id");
  expect(plain.stdout).not.toContain("amount=10");
  const told = await spansOf(command, [withdrawal], env, "--statements", "--values", "url.query");
  expect(told.stdout).toContain('"db.query.text": "SELECT balance FROM account WHERE id = 1"');
  expect(told.stdout).toContain('"url.query": "amount=10"');
});

describe("leaves the application as it is", () => {
  const script = `
    const pg = require("pg");
    const client = new pg.Client(process.env.DATABASE_URL);
    const told = [];
    (async () => {
      await client.connect();
      const tell = (it) => told.push(it);
      await Promise.all([
        client.query("SELECT 1 AS n").then(({ rows }) => tell(rows[0].n)),
        new Promise((resolve) => client.query("SELECT 2 AS n", (_, { rows }) => resolve(tell(rows[0].n)))),
        client.query("SELEKT 3").catch(({ code }) => tell(code)),
        client.query("SELECT 4 AS n").then(({ rows }) => tell(rows[0].n)),
      ]);
      const ended = client.end().then(() => tell("ended"));
      process.nextTick(() => tell("tick"));
      await ended;
      process.stderr.write("told " + JSON.stringify(told) + "\\n");
    })();`;

  it("in the sequence of its calls on one connection, their results and errors", async () => {
    const env = { DATABASE_URL: await freshSchema() };
    const command = ["--", process.execPath, "-e", script];
    const told = ({ stderr }: Ended) => /told .*/.exec(stderr)?.[0];
    const looked = await call(["spans", ...command], env);
    await using served = await Served.start();
    const plain = await call(["exec", ...command], { ...served.env, ...env });
    expect(told(looked)).toBe('told [1,2,"42601",4,"tick","ended"]');
    expect(told(looked)).toBe(told(plain));
  });

  it.each([
    ["frameworks/express.cjs", ["/work", "/api/item", "/late", "/throws", "/rejects", "/fails", "/notes"], express],
    ["frameworks/plain.cjs", ["/async", "/compiled", "/rejects", "/sync", "/bare", "/file", "/missing", "/notes"], {}],
  ])("in what it answers: %s", async (file, paths, env) => {
    const requests = paths.map((path) => ({ path: `${path}?who=x` }));
    const { bodies } = await spansOf(node(file), requests, env);
    await using served = await Served.start();
    await using service = start(["exec", "--", ...node(file)], { ...served.env, ...env });
    const port = await service.said(/listening on (\d+)/);
    const plain: string[] = [];
    for (const { path } of requests) plain.push(await (await fetch(`http://127.0.0.1:${port}${path}`)).text());
    expect(bodies).toEqual(plain);
  });

  it("and what its own sampler drops is told to nobody else", async () => {
    const account = await openAccount();
    const { stdout, stderr } = await spansOf(node("joining/bank.cjs", "own"), [{ path: "/withdraw", method: "POST" }], {
      DATABASE_URL: account.url,
      OTEL_TRACES_SAMPLER: "always_off",
      OTEL_TRACES_EXPORTER: "console",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_LOGS_EXPORTER: "none",
    });
    expect(stdout).toContain('alice.before("withdraw")');
    expect(stdout).toContain('alice.after("pg.query:SELECT bank")');
    expect(stderr).not.toContain("traceId");
  });
});

describe("as a command", () => {
  const refused = 'require("node:http").get("http://127.0.0.1:1")';

  it("ends as its command does, and lists what there was; nothing else is on stdout", async () => {
    const failing = `${refused}.on("error", () => {
      console.log("going");
      process.exit(7);
    })`;
    const { exitCode, stdout, stderr } = await call(["spans", "--json", "--", process.execPath, "-e", failing]);
    expect(exitCode).toBe(7);
    expect(stderr).toContain("going");
    expect(facts(stdout)).toContainEqual(expect.objectContaining({ name: "GET", kind: "client" }));
  });

  it.each([
    ["no Node", ["sh", "-c", "exit 0"], 1, "no process of sh had an agent"],
    ["no span", [process.execPath, "-e", "0"], 1, "had an agent. Send requests"],
    ["a failure", ["sh", "-c", "exit 5"], 5, "no process of sh had an agent"],
  ])("says what is missing where there was %s", async (_, command, code, text) => {
    const { exitCode, stdout, stderr } = await call(["spans", "--", ...command]);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
    expect(stderr.replace(/\s+/g, " ")).toContain(text);
  });

  it("says of a command that is not there no more than that", async () => {
    expect(await call(["spans", "--", "no-such-command"])).toMatchObject({
      ...{ exitCode: 127, stdout: "", stderr: expect.stringMatching(/there is no such command\.[^\n]*\n$/) },
    });
  });

  it("hands signals on, and ends with 0 when it was asked to", async () => {
    const script = `${refused}.on("error", () => console.log("ready"));
      setInterval(() => {}, 1000);
      process.on("SIGTERM", () => process.exit(3))`;
    await using spans = start(["spans", "--", process.execPath, "-e", script]);
    await spans.said(/(ready)/, "stderr");
    spans.kill("SIGTERM");
    expect(await spans.ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('alice.before("GET")') });
  });

  it("wants to know which coordinator, and not two of them", async () => {
    expect(await call(["spans"])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Which coordinator?") });
    const both = await call(["spans", "--address", "unix:/nowhere", "--", "true"]);
    expect(both).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Give COMMAND or a coordinator") });
  });

  it("says of a running coordinator that nobody is there, and ends with it", async () => {
    const served = await Served.start();
    await using looking = start(["spans"], served.env);
    await looking.said(/(looks on)/, "stderr");
    await served[Symbol.asyncDispose]();
    const { exitCode, stderr } = await looking.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no process is attached");
  });
});
