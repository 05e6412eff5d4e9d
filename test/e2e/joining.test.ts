// Applications that set up OpenTelemetry themselves: spangate joins, and their exporters get what they got before.
import { request } from "node:http";
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
    // register() is deprecated from Node 26.
    command: (version) => [
      "--disable-warning=DEP0205",
      "--import",
      at(version, "tracing-hooked.mjs"),
      at(version, "bank.mjs"),
    ],
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

interface Condition {
  readonly name: string;
  readonly env?: Env;
  /** The request's headers, made of the actor's. */
  headers?(own: Env): Env;
  readonly exports: boolean;
}

const sampled = { traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`, baggage: "key=value" };
const unsampled = ({ traceparent = "", baggage = "" }: Env) => ({
  traceparent: traceparent.replace(/01$/, "00"),
  baggage,
});

const conditions: readonly Condition[] = [
  { name: "a sampler that drops everything", env: { OTEL_TRACES_SAMPLER: "always_off" }, exports: false },
  { name: "a caller that does not sample", headers: unsampled, exports: false },
  { name: "no baggage propagator", env: { OTEL_PROPAGATORS: "tracecontext" }, exports: true },
  { name: "instrumentations and no exporter", env: { OTEL_TRACES_EXPORTER: "none" }, exports: false },
  { name: "its SDK disabled", env: { OTEL_SDK_DISABLED: "true" }, exports: false },
];

describe.each(Object.keys(otelVersions) as OtelVersion[])("SDK %s", (version) => {
  it.each(setups)("$name: held, and nothing but the same spans exported", async (setup) => {
    await expectSame(version, setup, { name: "as it is", exports: true });
  });

  it("adds nothing where the application leaves an instrumentation out", async () => {
    const [setup] = setups as [Setup];
    const env = { LEFT_OUT: JSON.stringify({ "@opentelemetry/instrumentation-http": { enabled: false } }) };
    const before = await exportedWithout(version, setup, { name: "", env, exports: true });
    expect(before).toContainEqual(expect.objectContaining({ name: "withdraw", scope: "bank" }));
    await using collector = await Collector.open();
    await using gateway = await openGateway();
    const service = await gateway.service("bank", [process.execPath, ...setup.command(version)], {
      ready: /listening on (\d+)/,
      env: { ...envOf(version, setup, collector), ...env },
      stopTimeoutMs: 10_000,
    });
    expect(await withdraw(service.url, sampled)).toBe(200);
    await service.stop();
    expect(collector.exported).toEqual(before);
  });

  it("joins what was set up before the preload, whose calls it cannot hold in front", async () => {
    const setup = setups.find(({ name }) => name.startsWith("--require of its")) as Setup;
    const before = await exportedWithout(version, setup, { name: "", exports: true });
    await using collector = await Collector.open();
    // The link looks that name up.
    await using gateway = await openGateway({ listen: "localhost:0" });
    const base = envOf(version, setup, collector);
    const own = gateway.environment("bank", {}, { hold: "thread" });
    const NODE_OPTIONS = `--require ${at(version, "tracing.cjs")} --require net --require dns ${own["NODE_OPTIONS"]}`;
    await using script = new Script([process.execPath, at(version, "bank.cjs")], { ...base, ...own, NODE_OPTIONS });
    const port = await script.said(/listening on (\d+)/);
    const bob = gateway.starter("bob", (actor: { headers: Env }) =>
      withdraw(`http://127.0.0.1:${port}`, actor.headers),
    );
    await using runner = gateway.runner([bob], [bob.after("pg.query:SELECT bank")]);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect(await account.balance()).toBe(100);
    expect((await runner.finish()).bob).toBe(200);
    script.kill("SIGTERM");
    expect((await script.ended).stderr).toBe("");
    expect(collector.exported).toEqual(before);
  });

  it.each(conditions)("with $name: held, and nothing but the same spans exported", async (condition) => {
    await expectSame(version, setups[0] as Setup, condition);
  });
});

it("says so where a set-up of the application makes no span of a request", async () => {
  await using gateway = await openGateway();
  const service = await gateway.service("bank", ["node", at("3.x", "no-http.cjs")], { ready: /listening on (\d+)/ });
  const alice = gateway.starter("alice", () => fetch(service.url));
  await using runner = gateway.runner([alice], [alice.after("withdraw")]);
  await expect(runner.next()).rejects.toMatchObject({
    code: "NoAgent",
    message: expect.stringContaining(`bank (pid ${service.pid}) listens where it called and made no span of the call`),
  });
});

describe.each(Object.keys(otelVersions) as OtelVersion[])("the API of SDK %s", (version) => {
  it.each(["bank.cjs", "bank.mjs"])("works with the own SDK where %s sets up none", async (file) => {
    await using gateway = await openGateway();
    const service = await gateway.service("bank", [process.execPath, at(version, file)], {
      ...{ ready: /listening on (\d+)/, hold: "thread" },
      env: { DATABASE_URL: account.url },
    });
    const alice = gateway.starter("alice", () => fetch(`${service.url}/withdraw`, { method: "POST" }));
    await using runner = gateway.runner([alice], [alice.before("withdraw"), alice.after("pg.query:UPDATE bank")]);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect(await account.balance()).toBe(100);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect(await account.balance()).toBe(90);
    expect((await runner.finish()).alice.status).toBe(200);
  });

  it.each(["job-own.cjs", "job-own.mjs"])(
    "carries a process starter's actor where %s sets up its own",
    async (file) => {
      await using collector = await Collector.open();
      await using gateway = await openGateway();
      const service = await gateway.service("bank", [process.execPath, at(version, "bank.cjs"), "own"], {
        ready: /listening on (\d+)/,
        env: { ...collector.env, DATABASE_URL: account.url },
      });
      const job = gateway.starter.process("job", [process.execPath, at(version, file), `${service.url}/withdraw`], {
        env: collector.env,
      });
      await using runner = gateway.runner(
        [job],
        [
          job.before("job"),
          job.before("POST", { service: "job", kind: "client" }),
          job.after("pg.query:SELECT bank", { service: "bank" }),
          job.after("POST", { service: "job", kind: "client" }),
          job.after("job"),
        ],
        // Within its first step the job loads all of OpenTelemetry.
        { stepTimeoutMs: 30_000 },
      );
      for (let step = 0; step < 3; step += 1) expect(await runner.next()).toMatchObject({ reached: true });
      expect(await account.balance()).toBe(100);
      for (let step = 0; step < 2; step += 1) expect(await runner.next()).toMatchObject({ reached: true });
      expect(await account.balance()).toBe(90);
      expect((await runner.finish()).job).toEqual({ exitCode: 0, signal: null, stdout: "", stderr: "" });
    },
  );
});

async function expectSame(version: OtelVersion, setup: Setup, condition: Condition): Promise<void> {
  const before = await exportedWithout(version, setup, condition);
  // A sampler that goes by the caller still exports what no caller began.
  const own = before.map(({ name }) => name).filter((name) => /withdraw|pg/.test(name));
  expect(own).toEqual(condition.exports ? expect.arrayContaining(["withdraw", "pg.query:SELECT bank"]) : []);
  expect(await exportedWith(version, setup, condition)).toEqual(before);
}

/** What the application exports of one withdrawal by itself. */
async function exportedWithout(version: OtelVersion, setup: Setup, { env, headers = (own) => own }: Condition) {
  await using collector = await Collector.open();
  await using script = new Script([process.execPath, ...setup.command(version)], {
    ...envOf(version, setup, collector),
    ...env,
  });
  const port = await script.said(/listening on (\d+)/);
  expect(await withdraw(`http://127.0.0.1:${port}`, headers(sampled))).toBe(200);
  script.kill("SIGTERM");
  const { stderr } = await script.ended;
  expect(stderr).toBe("");
  await account.reset(100);
  return collector.exported;
}

/** The same under spangate, held in between. */
async function exportedWith(
  version: OtelVersion,
  setup: Setup,
  { env, headers = (own) => own }: Condition,
): Promise<readonly ExportedSpan[]> {
  await using collector = await Collector.open();
  await using gateway = await openGateway();
  const service = await gateway.service("bank", [process.execPath, ...setup.command(version)], {
    ready: /listening on (\d+)/,
    env: { ...envOf(version, setup, collector), ...env },
    stopTimeoutMs: 10_000,
  });
  const alice = gateway.starter("alice", (actor: { headers: Env }) => withdraw(service.url, headers(actor.headers)));
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
  expect((await runner.finish()).alice).toBe(200);
  await service.stop();
  expect(service.logs).toMatch(/^listening on \d+\n$/);
  return collector.exported;
}

// Spangate adds its own headers to all that are not given as one raw list.
function withdraw(url: string, headers: Env): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/withdraw`, {
      method: "POST",
      headers: ["host", "bank", ...Object.entries(headers).flat()],
    });
    sent.on("response", (response) => response.resume().on("end", () => resolve(response.statusCode)));
    sent.on("error", reject).end();
  });
}

function envOf(version: OtelVersion, setup: Setup, collector: Collector): Env {
  return { ...collector.env, DATABASE_URL: account.url, NODE_OPTIONS: "", ...setup.env?.(version) };
}

const textKey = (version: OtelVersion) => (version === "1.30" ? "db.statement" : "db.query.text");
