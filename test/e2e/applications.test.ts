// Applications of every kind that Node runs: held at their spans, and otherwise as they are without spangate.
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openGateway } from "../../src/index.ts";
import { stateOf } from "../support/coordinator-process.ts";
import { fixture, node } from "../support/fixtures.ts";
import { isAlive } from "../support/pids.ts";
import { Reports } from "../support/reports.ts";
import { Script } from "../support/scripts.ts";

const events = (reports: Reports) => reports.all.map(({ event }) => event);

it.each(["app.cjs", "app.mjs", "app.ts"])(
  "holds %s before and after a span, and lets it end by itself",
  async (name) => {
    using reports = new Reports();
    await using gateway = await openGateway();
    const app = gateway.starter.process("app", node(name), { env: reports.env });
    const runner = gateway.runner([app], [app.before("work"), app.after("work")]);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect(events(reports)).toEqual(["entered"]);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect(events(reports)).toEqual(["entered"]);
    const { pid } = await reports.first("entered");
    expect(isAlive(pid)).toBe(true);
    expect((await runner.finish()).app).toEqual({ exitCode: 0, signal: null, stdout: "", stderr: "" });
    expect(events(reports)).toEqual(["entered", "running"]);
  },
);

it("holds a worker thread of the application, with an agent of its own", async () => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const app = gateway.starter.process("app", node("app-worker.mjs"), { env: reports.env });
  const runner = gateway.runner([app], [app.before("work"), app.after("work"), app.after("main")]);
  expect(await runner.next()).toMatchObject({ reached: true });
  const { agents } = await stateOf(gateway.coordinator);
  expect(agents).toHaveLength(2);
  expect(new Set(agents.map(({ pid }) => pid)).size).toBe(1);
  expect(agents.filter(({ thread }) => thread === 0)).toHaveLength(1);
  expect(await runner.next()).toMatchObject({ reached: true });
  expect(events(reports)).toEqual(["entered"]);
  expect(await runner.next()).toMatchObject({ reached: true, arrival: { span: "main" } });
  expect(events(reports)).toEqual(["entered", "running"]);
  expect((await runner.finish()).app).toMatchObject({ exitCode: 0, stderr: "" });
  expect(events(reports)).toEqual(["entered", "running", "joined"]);
});

it("keeps the exit code of a process that was held", async () => {
  using reports = new Reports();
  await using gateway = await openGateway();
  const app = gateway.starter.process("app", node("app.cjs"), { env: { ...reports.env, EXIT_CODE: "7" } });
  const runner = gateway.runner([app], [app.after("work")]);
  await runner.next();
  expect((await runner.finish()).app).toEqual({ exitCode: 7, signal: null, stdout: "", stderr: "" });
});

it("leaves an uncaught exception as it is without spangate", async () => {
  using reports = new Reports();
  const env = { ...reports.env, THROW: "thrown by the test" };
  await using plain = new Script(node("app.cjs"), env);
  const { exitCode, stderr } = await plain.ended;
  await using gateway = await openGateway();
  const app = gateway.starter.process("app", node("app.cjs"), { env });
  const runner = gateway.runner([app], [app.after("work")]);
  await runner.next();
  const held = (await runner.finish()).app;
  expect(held.exitCode).toBe(exitCode);
  expect(headOf(held.stderr)).toEqual(headOf(stderr));
});

it("works from a path with spaces", async () => {
  const root = await mkdtemp(join(tmpdir(), "a path "));
  try {
    const here = fixture("../..");
    const there = join(root, 'with "quotes" and spaces');
    await mkdir(there);
    await cp(join(here, "dist"), join(there, "dist"), { recursive: true });
    await cp(join(here, "package.json"), join(there, "package.json"));
    await cp(join(here, "proto"), join(there, "proto"), { recursive: true });
    await symlink(join(here, "node_modules"), join(there, "node_modules"));
    const { openGateway: openThere } = (await import(
      join(there, "dist/index.js")
    )) as typeof import("../../src/index.ts");
    using reports = new Reports();
    await using gateway = await openThere();
    expect(gateway.environment("app", {})["NODE_OPTIONS"]).toContain("a path ");
    const app = gateway.starter.process("app", node("app.mjs"), { env: reports.env });
    const runner = gateway.runner([app], [app.after("work")]);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect((await runner.finish()).app).toMatchObject({ exitCode: 0, stderr: "" });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

// The place, the source line, the error, and the frame that threw; below it come Node's own frames.
function headOf(stderr: string): readonly string[] {
  return stderr.split("\n").slice(0, 6);
}
