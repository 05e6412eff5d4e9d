// spangate holds, release and watch, on a gateway in which two actors stand.
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { node } from "../support/fixtures.ts";
import { call, start } from "../support/spangate.ts";
import { untilAsync } from "../support/until.ts";

let gateway: Gateway;
let service: Service;
let env: { readonly SPANGATE_ADDRESS: string; readonly SPANGATE_TOKEN: string };
beforeAll(async () => {
  gateway = await openGateway();
  service = await gateway.service("plain", node("frameworks/plain.cjs"), { ready: /listening on (\d+)/ });
  env = { SPANGATE_ADDRESS: gateway.coordinator.address, SPANGATE_TOKEN: gateway.coordinator.token };
});
afterAll(() => gateway.close());

const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it("says that nothing stands anywhere", async () => {
  await runner.close();
  expect(await call(["holds"], env)).toMatchObject({ exitCode: 0, stdout: "Nothing stands at a gate.\n" });
  expect(await call(["holds", "--json"], env)).toMatchObject({ exitCode: 0, stdout: "" });
  const released = await call(["release", "--all"], env);
  expect(released).toMatchObject({ exitCode: 1, stdout: "", stderr: "spangate: nothing stood there.\n" });
});

function race() {
  const alice = gateway.starter("alice", () => fetch(`${service.url}/async`));
  const bob = gateway.starter("bob", () => fetch(`${service.url}/async`));
  return gateway.runner(
    [alice, bob],
    [alice.before("outer"), bob.before("outer"), alice.before("inner"), bob.before("inner")],
  );
}

let runner: ReturnType<typeof race>;
beforeEach(async () => {
  runner = race();
  await runner.next();
  await runner.next();
});
afterEach(() => runner.close());

it("lists what stands, for people and for programs", async () => {
  const { stdout } = await call(["holds"], env);
  const [head, ...rows] = stdout.trimEnd().split("\n");
  expect(head).toMatch(/^ACTOR +STANDS +SERVICE +PID +FOR +INSTANCE +ID$/);
  expect(rows).toEqual([
    expect.stringMatching(new RegExp(`^alice  before outer  plain +${service.pid} +[\\d.]+s +1 +\\d+$`)),
    expect.stringMatching(new RegExp(`^bob    before outer  plain +${service.pid} +[\\d.]+s +1 +\\d+$`)),
  ]);
  const [alice] = lines((await call(["holds", "--json"], env)).stdout);
  expect(alice).toMatchObject({ actor: "alice", phase: "before", span: "outer", service: "plain", mode: "flow" });
  expect(Date.now() - Date.parse(String(alice?.["since"]))).toBeGreaterThanOrEqual(0);
});

it("lets one hold go, by its name", async () => {
  const [alice] = lines((await call(["holds", "--json"], env)).stdout);
  const name = [String(alice?.["instance"]), String(alice?.["id"])];
  const { exitCode, stdout } = await call(["release", ...name], env);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`alice goes on before outer  [plain, pid ${service.pid}]\n`);
  expect(await call(["release", ...name], env)).toMatchObject({ exitCode: 1 });
  const left = await untilAsync(
    "alice's going on",
    async () => {
      const held = lines((await call(["holds", "--json"], env)).stdout);
      return held.length === 2 ? held : undefined;
    },
    10_000,
  );
  // She has come to her next checkpoint; bob has not moved.
  expect(left).toMatchObject([
    { actor: "alice", span: "inner" },
    { actor: "bob", span: "outer" },
  ]);
});

it("lets an actor's holds go, or all", async () => {
  const bob = await call(["release", "--actor", "bob", "--json"], env);
  expect(lines(bob.stdout)).toMatchObject([{ actor: "bob", span: "outer" }]);
  const all = await call(["release", "--all"], env);
  expect(all.stdout).toContain("alice goes on before outer");
});

it.each<[string[], string]>([
  [[], "Which hold?"],
  [["1"], "Which hold?"],
  [["1", "x"], '"x" is no hold\'s ID: give a whole number'],
  [["1", "2", "--all"], "Which hold?"],
  [["--all", "--actor", "bob"], "Which hold?"],
])("asks which hold is meant: release %j", async (args, question) => {
  const { exitCode, stderr } = await call(["release", ...args], env);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(question);
});

it("follows what comes and goes, from what is there on", async () => {
  await using all = start(["watch"], env);
  await using one = start(["watch", "--actor", "bob", "--json"], env);
  await Promise.all([all.said(/(bob held)/), one.said(/("held")/)]);
  await runner.close();
  await Promise.all([all.said(/(- run \w+ closes)/), one.said(/("released")/)]);
  for (const watching of [all, one]) watching.kill("SIGINT");
  const { exitCode, stdout } = await all.ended;
  expect(exitCode).toBe(0);
  const told = stdout.split("\n").map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} {2}/, ""));
  expect(told).toEqual([
    expect.stringMatching(`^\\+ plain attaches  \\[pid ${service.pid}, instance 1\\]$`),
    expect.stringMatching(/^\+ run \w+ of alice, bob opens$/),
    expect.stringMatching(/^■ alice held before outer {2}\[plain, 1 \d+\]$/),
    expect.stringMatching(/^■ bob held before outer {2}\[plain, 1 \d+\]$/),
    expect.stringMatching(/^▶ alice goes on before outer/),
    expect.stringMatching(/^▶ bob goes on before outer/),
    expect.stringMatching(/^- run \w+ closes$/),
    "",
  ]);
  const ofBob = lines((await one.ended).stdout);
  expect(ofBob).toMatchObject([
    { type: "held", actor: "bob" },
    { type: "released", actor: "bob" },
  ]);
});

it("tells at once that nobody answers, that the token is wrong, and when the coordinator ends", async () => {
  const nobody = await call(["holds"], { ...env, SPANGATE_ADDRESS: "unix:/nowhere" });
  expect(nobody).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("No coordinator answers at unix:/nowhere"),
  });
  const refused = await call(["holds"], { ...env, SPANGATE_TOKEN: "another" });
  expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("refused the token") });
  const unclear = await call(["holds", "--address", "somewhere"], env);
  expect(unclear).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is no address") });
  const other = await openGateway();
  const { address, token } = other.coordinator;
  await using watching = start(["watch"], { SPANGATE_ADDRESS: address, SPANGATE_TOKEN: token });
  const alice = other.starter("alice", () => undefined);
  const run = other.runner([alice], [alice.started]);
  await run.next();
  await watching.said(/(opens)/);
  await other.close();
  expect(await watching.ended).toMatchObject({ exitCode: 0, stderr: "" });
});
