// Actors that no starter begins.
import { fileURLToPath } from "node:url";
import { type Gateway, openGateway, type Service } from "spangate";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Account } from "../support/bank.ts";

const script = fileURLToPath(new URL("../fixtures/worker.mjs", import.meta.url));
const update = "pg.query:UPDATE bank";
let account: Account;
let gateway: Gateway;

beforeEach(async () => {
  [gateway, account] = await Promise.all([openGateway(), Account.open()]);
  await account.reset(100);
});
afterEach(async () => {
  await gateway.close();
  await account.close();
});

function start(name: string, ...args: readonly string[]): Promise<Service> {
  const options = { ready: /listening on (\d+)/, env: { DATABASE_URL: account.url } };
  return gateway.service(name, ["node", script, ...args], options);
}

it.each(["by direct calls", "by gRPC"])(
  "holds a job until its turn, races it with a request, and ends with its span: %s",
  async (way) => {
    const bank = await start("bank");
    await using guest = await openGateway({ connect: gateway.coordinator });
    const caller = way === "by gRPC" ? guest : gateway;
    const job = caller.adopt("job", { service: "bank", span: update });
    const alice = caller.starter("alice", () => fetch(bank.url).then((response) => response.text()));
    const runner = caller.runner(
      [alice, job],
      [alice.before(update), job.started, job.before(update), job.after(update), alice.finished, job.finished],
    );
    for (let step = 0; step < 3; step += 1) await runner.next();
    // Where the machine is slow, jobs of nobody have taken all that there was to take by now.
    await account.reset(100);
    const done = await runner.next();
    expect(done?.arrival).toMatchObject({ span: update, service: "bank", mode: "flow" });
    expect(await account.balance()).toBe(99);
    const results = await runner.finish();
    expect(results).toEqual({ alice: "done", job: undefined });
  },
);

it("adopts one flow only, where two replicas have such a job", async () => {
  await Promise.all([start("bank"), start("bank")]);
  const job = gateway.adopt("job", { span: update });
  for (let run = 0; run < 5; run += 1) {
    await account.reset(100);
    await using runner = gateway.runner([job], [job.before(update), job.after(update)]);
    const first = await runner.next();
    const second = await runner.next();
    expect(second?.arrival?.pid).toBe(first?.arrival?.pid);
    await runner.finish();
    const told = runner.interleaving.entries.filter((it) => it.type === "passed" || it.type === "held");
    expect(told.length).toBeLessThanOrEqual(2);
  }
});

it("adopts the jobs of two replicas that begin at the same moment, whoever is claimed for whom", async () => {
  const banks = await Promise.all([start("bank", "signal"), start("bank", "signal")]);
  const [one, other] = [gateway.adopt("one", { span: update }), gateway.adopt("other", { span: update })];
  const clock = gateway.starter("clock", () => {
    for (const bank of banks) bank.kill("SIGUSR2");
  });
  for (let run = 0; run < 5; run += 1) {
    await account.reset(100);
    await using runner = gateway.runner(
      [clock, one, other],
      [clock.finished, one.before(update), other.before(update), one.finished, other.after(update)],
    );
    await runner.next();
    const held = [await runner.next(), await runner.next()].map((it) => it?.arrival?.pid ?? 0);
    expect(held.sort((a, b) => a - b)).toEqual(banks.map(({ pid }) => pid ?? 0).sort((a, b) => a - b));
    expect(await account.balance()).toBe(100);
    await runner.finish();
    expect(await account.balance()).toBe(98);
  }
});

it("adopts a migration at the start of a service that starts while the run waits for it", async () => {
  const migration = gateway.adopt("migration", { service: "late", span: "pg.query:CREATE bank" });
  await using runner = gateway.runner([migration], [migration.before("pg.query:CREATE *"), migration.finished]);
  const reached = runner.next();
  const service = start("late", "migrating");
  expect((await reached)?.arrival?.service).toBe("late");
  await runner.finish();
  await service;
});

it("tells that no such flow began, and which did", async () => {
  await start("bank");
  const job = gateway.adopt("job", { service: "bank", span: "nightly *" });
  const runner = gateway.runner([job], [job.finished], { stepTimeoutMs: 300 });
  await expect(runner.next()).rejects.toMatchObject({
    code: "NeverBegan",
    message: expect.stringMatching(
      /adopt\("job", \{ span: "nightly \*", service: "bank" \}\).*began meanwhile:\n +pg\.query:UPDATE bank +client +bank$/ms,
    ),
  });
});

it("lets a flow go that was found and never had its turn", async () => {
  await start("bank");
  const job = gateway.adopt("job", { service: "bank", span: update });
  const alice = gateway.starter("alice", () => {});
  const runner = gateway.runner([alice, job], [alice.started, job.finished]);
  await runner.next();
  await runner.close();
  // The job goes on by itself: it takes its fee until 90 are left.
  await expect.poll(() => account.balance()).toBe(90);
});

it("refuses a pattern that nothing can match, before anything starts", () => {
  expect(() => gateway.adopt("job", { span: "" })).toThrow(expect.objectContaining({ code: "BadPattern" }));
  expect(() => gateway.adopt(" ", { span: "x" })).toThrow(expect.objectContaining({ code: "BadOption" }));
});

it("goes on after its root span, as long as a span of it is open or held", async () => {
  await start("bank", "pooled");
  const job = gateway.adopt("job", { service: "bank", span: "pg-pool.connect" });
  await using runner = gateway.runner([job], [job.before(update), job.finished]);
  await runner.next();
  await runner.next();
  const ends = runner.interleaving.entries.findIndex(({ type }) => type === "ended");
  const goesOn = runner.interleaving.entries.findIndex(({ type }) => type === "released");
  expect(goesOn).toBeGreaterThan(-1);
  expect(ends).toBeGreaterThan(goesOn);
  await runner.finish();
});
