// Applications that set up OpenTelemetry themselves: spangate joins, and their exporters get what they got before.
import { createRequire } from "node:module";
import { join } from "node:path";
import { openGateway } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Account } from "../support/bank.ts";
import { Collector, type ExportedSpan } from "../support/collector.ts";
import { type OtelVersion, otelVersions, placeFixtures, removeFixtures } from "../support/otel-versions.ts";
import { Script } from "../support/scripts.ts";

type Env = Readonly<Record<string, string>>;

interface Setup {
  readonly name: string;
  /** Its words after "node", in the version's folder. */
  command(version: OtelVersion): readonly string[];
  env?(version: OtelVersion): Env;
}

const at = (version: OtelVersion, file: string) => join(otelVersions[version], file);
const auto = (version: OtelVersion) =>
  createRequire(at(version, "bank.cjs")).resolve("@opentelemetry/auto-instrumentations-node/register");

const setups: readonly Setup[] = [
  { name: "own set-up in CommonJS", command: (version) => [at(version, "bank.cjs"), "own"] },
  { name: "own set-up as ES modules", command: (version) => [at(version, "bank-own.mjs")] },
  {
    name: "--require of its set-up",
    command: (version) => ["--require", at(version, "tracing.cjs"), at(version, "bank.cjs")],
  },
  {
    name: "--import of its set-up",
    command: (version) => ["--import", at(version, "tracing.mjs"), at(version, "bank.mjs")],
  },
  {
    name: "--import of its set-up and a loader",
    command: (version) => ["--import", at(version, "tracing-hooked.mjs"), at(version, "bank.mjs")],
  },
  {
    name: "--require of auto-instrumentations-node/register",
    command: (version) => ["--require", auto(version), at(version, "bank.cjs")],
  },
  {
    name: "auto-instrumentations-node/register in NODE_OPTIONS",
    command: (version) => [at(version, "bank.cjs")],
    env: (version) => ({ NODE_OPTIONS: `--require ${auto(version)}` }),
  },
];

let account: Account;

beforeAll(async () => {
  await placeFixtures();
  account = await Account.open();
});
beforeEach(() => account.reset(100));
afterAll(async () => {
  await removeFixtures();
  await account.close();
});

const sampled = { traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01` };

describe.each(Object.keys(otelVersions) as OtelVersion[])("SDK %s", (version) => {
  it.each(setups)("$name: held, and nothing but the same spans exported", async (setup) => {
    const before = await exportedWithout(version, setup, {}, sampled);
    expect(before.map(({ name }) => name)).toEqual(expect.arrayContaining(["withdraw", "pg.query:SELECT bank"]));
    expect(await exportedWith(version, setup, {})).toEqual(before);
  });
});

/** What the application exports of one withdrawal by itself. */
async function exportedWithout(version: OtelVersion, setup: Setup, env: Env, headers: Env) {
  await using collector = await Collector.open();
  await using script = new Script([process.execPath, ...setup.command(version)], {
    ...envOf(version, setup, collector),
    ...env,
  });
  const port = await script.said(/listening on (\d+)/);
  const answer = await fetch(`http://127.0.0.1:${port}/withdraw`, { method: "POST", headers });
  expect(await answer.json()).toEqual({ balance: 90 });
  script.kill("SIGTERM");
  const { stderr } = await script.ended;
  expect(stderr).toBe("");
  await account.reset(100);
  return collector.exported;
}

/** The same under spangate, held in between. */
async function exportedWith(version: OtelVersion, setup: Setup, env: Env): Promise<readonly ExportedSpan[]> {
  await using collector = await Collector.open();
  await using gateway = await openGateway();
  const service = await gateway.service("bank", [process.execPath, ...setup.command(version)], {
    ready: /listening on (\d+)/,
    env: { ...envOf(version, setup, collector), ...env },
    stopTimeoutMs: 10_000,
  });
  const alice = gateway.starter("alice", () => fetch(`${service.url}/withdraw`, { method: "POST" }));
  await using runner = gateway.runner(
    [alice],
    [
      alice.after("pg.query:SELECT bank"),
      alice.before("pg.query:*", { attributes: { [textKey(version)]: /UPDATE account/ } }),
      alice.after("pg.query:UPDATE bank"),
    ],
  );
  expect(await runner.next()).toMatchObject({ reached: true });
  expect(await runner.next()).toMatchObject({ reached: true });
  expect(await account.balance()).toBe(100);
  expect(await runner.next()).toMatchObject({ reached: true });
  expect(await account.balance()).toBe(90);
  expect((await runner.finish()).alice.status).toBe(200);
  await service.stop();
  expect(service.logs).toMatch(/^listening on \d+\n$/);
  return collector.exported;
}

function envOf(version: OtelVersion, setup: Setup, collector: Collector): Env {
  return { ...collector.env, DATABASE_URL: account.url, NODE_OPTIONS: "", ...setup.env?.(version) };
}

const textKey = (version: OtelVersion) => (version === "1.30" ? "db.statement" : "db.query.text");
