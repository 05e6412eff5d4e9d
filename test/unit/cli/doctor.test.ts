// What the doctor finds in applications that are laid out in a folder.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { checkNode } from "../../../src/cli/doctor/node.ts";
import { run } from "../../../src/cli/program.ts";
import { version as ownVersion } from "../../../src/cli/version.ts";
import { FakeSurroundings } from "../../support/surroundings.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

interface Application {
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Versions by their folder under node_modules. */
  readonly installed?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const healthy = { "@opentelemetry/api": "1.10.0" };

async function examine({ dependencies = {}, installed = healthy, env = {} }: Application) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "application", dependencies }));
  for (const [place, version] of Object.entries({ spangate: ownVersion(), ...installed })) {
    const manifest = join(folder, "node_modules", place, "package.json");
    await mkdir(dirname(manifest), { recursive: true });
    await writeFile(manifest, JSON.stringify({ version, exports: { "./register": "./register.cjs" } }));
  }
  await writeFile(join(folder, "node_modules", "spangate", "register.cjs"), "");
  const around = new FakeSurroundings({ cwd: folder, env });
  const exitCode = await run(["doctor", "--json"], around);
  const findings = around.stdout.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { check: string; level: string; text: string; remedy?: string });
  return { exitCode, findings, problems: findings.filter(({ level }) => level === "problem") };
}

it("refuses a folder that is not there: nothing is in place in it, and nothing is wrong", async () => {
  const around = new FakeSurroundings({ cwd: await temporaryFolder() });
  expect(await run(["doctor", "--cwd", "nowhere"], around)).toBe(2);
  expect(around.stderr.text).toMatch(/^spangate: --cwd: there is no folder .*nowhere\.\n$/);
});

it("finds nothing wrong where all is in place", async () => {
  const { exitCode, findings } = await examine({
    dependencies: { pg: "^8.0.0" },
    installed: { ...healthy, pg: "8.16.0" },
    env: { NODE_OPTIONS: "--max-old-space-size=200" },
  });
  expect(exitCode).toBe(0);
  expect(findings.filter(({ check }) => check !== "node")).toEqual([
    { check: "preload", level: "fine", text: expect.stringMatching(/^spangate \d/) },
    { check: "api", level: "fine", text: "@opentelemetry/api 1.10.0" },
    { check: "sdk", level: "fine", text: expect.stringContaining("spangate brings its own") },
    { check: "driver", level: "fine", text: "pg 8.16.0" },
    { check: "NODE_OPTIONS", level: "fine", text: "--max-old-space-size=200" },
    { check: "coordinator", level: "fine", text: expect.stringContaining("none is named") },
  ]);
});

it("finds another spangate than itself, and none at all", async () => {
  const other = await examine({ installed: { ...healthy, spangate: "0.0.1" } });
  expect(other.problems).toMatchObject([{ check: "preload", text: expect.stringContaining("has spangate 0.0.1") }]);
  const around = new FakeSurroundings({ cwd: await temporaryFolder() });
  expect(await run(["doctor"], around)).toBe(1);
  expect(around.stdout.text).toMatch(/^✗ preload {7}spangate\/register cannot be loaded from here/m);
  expect(around.stdout.text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

it("finds copies of the API of different versions, wherever they lie", async () => {
  const { exitCode, problems } = await examine({
    installed: {
      ...healthy,
      "@scope/inner/node_modules/@opentelemetry/api": "1.8.0",
      ".pnpm/other@1/node_modules/@opentelemetry/api": "1.10.0",
    },
  });
  expect(exitCode).toBe(1);
  expect(problems).toMatchObject([
    { check: "api", text: expect.stringContaining("3 copies"), remedy: expect.stringContaining("npm dedupe") },
  ]);
  const { problems: missing } = await examine({ installed: {} });
  expect(missing).toMatchObject([{ check: "api", text: "@opentelemetry/api is not installed." }]);
});

it.each([
  ["1.30.1", "fine"],
  ["2.4.0", "fine"],
  ["1.25.0", "problem"],
  ["4.0.0", "note"],
])("tells whether an application's SDK %s is joined: %s", async (version, level) => {
  const { findings } = await examine({
    dependencies: { "@opentelemetry/sdk-node": "*" },
    // The one that the application's sdk-node has, not the one beside it.
    installed: {
      ...healthy,
      "@opentelemetry/sdk-node": "0.99.0",
      "@opentelemetry/sdk-trace-base": "0.1.0",
      "@opentelemetry/sdk-node/node_modules/@opentelemetry/sdk-trace-base": version,
    },
  });
  expect(findings.find(({ check }) => check === "sdk")).toMatchObject({
    level,
    text: expect.stringContaining(version),
  });
});

it("tells which drivers make no spans, are not installed or were never tested", async () => {
  const { findings } = await examine({
    dependencies: { fastify: "5", ioredis: "5", koa: "2", redis: "6", express: "5" },
    installed: { ...healthy, fastify: "5.0.0", ioredis: "5.1.0", koa: "2.9.0", redis: "6.0.0" },
  });
  const drivers = findings.filter(({ check }) => check === "driver");
  expect(drivers.map(({ level, text }) => [level, text])).toEqual([
    ["problem", "express is not installed."],
    ["problem", "fastify 5.0.0 has no spans: its instrumentation does not come with spangate."],
    ["fine", "ioredis 5.1.0"],
    ["note", "koa 2.9.0: spangate is tested with koa 3."],
    ["fine", "redis 6.0.0"],
  ]);
});

it.each([
  ["--require ./tracing.js --require spangate/register", "./tracing.js is loaded before spangate"],
  [
    '-r "/my app/tracing.js" --require=/x/node_modules/spangate/dist/agent/register.cjs',
    "/my app/tracing.js is loaded before",
  ],
  ["--permission --allow-fs-read=*", "permission model"],
])("warns of NODE_OPTIONS=%s", async (options, text) => {
  const { exitCode, problems } = await examine({ env: { NODE_OPTIONS: options } });
  expect(exitCode).toBe(1);
  expect(problems).toMatchObject([{ check: "NODE_OPTIONS", text: expect.stringContaining(text) }]);
});

it.each(["--import ./tracing.js --require spangate/register", "--permission --allow-worker"])(
  "lets NODE_OPTIONS=%s be",
  async (options) => {
    expect((await examine({ env: { NODE_OPTIONS: options } })).exitCode).toBe(0);
  },
);

it("knows what loads modules in a way of its own", async () => {
  const jest = await examine({ dependencies: { jest: "30" } });
  expect(jest.problems).toMatchObject([
    { check: "jest", remedy: expect.stringContaining("--experimental-vm-modules") },
  ]);
  const ready = await examine({ dependencies: { jest: "30" }, env: { NODE_OPTIONS: "--experimental-vm-modules" } });
  expect(ready.exitCode).toBe(0);
  const { findings } = await examine({ dependencies: { next: "16" } });
  expect(findings).toContainEqual(expect.objectContaining({ check: "bundle", level: "note" }));
});

it("tells that the coordinator which is named does not answer", async () => {
  const { problems } = await examine({ env: { SPANGATE_ADDRESS: "unix:/nowhere", SPANGATE_TOKEN: "none" } });
  expect(problems).toMatchObject([{ check: "coordinator", remedy: expect.stringContaining("spangate serve") }]);
  const { problems: noToken } = await examine({ env: { SPANGATE_ADDRESS: "unix:/nowhere" } });
  expect(noToken).toMatchObject([{ check: "coordinator", text: expect.stringContaining("Which token?") }]);
});

it.each([
  ["22.14.0", "problem"],
  ["22.15.0", "note"],
  ["22.22.3", "fine"],
  ["24.11.0", "note"],
  ["24.11.1", "fine"],
  ["23.9.0", "note"],
  ["26.0.0", "fine"],
])("judges Node %s: %s", (node, level) => {
  const patient = { folder: ".", manifest: {}, node, around: new FakeSurroundings() };
  expect(checkNode(patient)).toMatchObject({ level });
});
