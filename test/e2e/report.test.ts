// What a run's interleaving tells as data: times by the agents' own clocks, and the attributes that were asked for.
import { type Gateway, openGateway, type Report, type ReportedSpan, type RunnerOptions } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Account, startBank, withdrawFrom } from "../support/bank.ts";

const read = "pg.query:SELECT*";
let account: Account;
let gateway: Gateway;
let withdraw: () => Promise<Response>;

beforeAll(async () => {
  account = await Account.open();
  gateway = await openGateway({ recordAttributes: ["db.statement", "db.query.text"] });
  withdraw = withdrawFrom(await startBank(gateway, account));
});
afterAll(async () => {
  await gateway?.close();
  await account?.close();
});
beforeEach(() => account.reset(100));

async function lostUpdate(options?: RunnerOptions): Promise<Report> {
  const [alice, bob] = [gateway.starter("alice", withdraw), gateway.starter("bob", withdraw)];
  const order = [alice.after(read), bob.after(read), alice.finished, bob.finished];
  await using runner = gateway.runner([alice, bob], order, options);
  await runner.finish();
  return runner.interleaving.toJSON();
}

function span({ spans }: Report, actor: string, name: RegExp): ReportedSpan {
  const found = spans.find((it) => it.actor === actor && name.test(it.name));
  if (!found) throw new Error(`${actor} has no span ${name}.`);
  return found;
}

describe("the report of a lost update", () => {
  it("tells every span when it was, however late it was told", async () => {
    const report = await lostUpdate();
    for (const { spanId, startMs, endMs, parentSpanId } of report.spans) {
      expect(startMs, spanId).toBeGreaterThanOrEqual(0);
      expect(endMs, spanId).toBeGreaterThanOrEqual(startMs ?? Number.NaN);
      const parent = report.spans.find((it) => it.spanId === parentSpanId);
      expect(startMs, spanId).toBeGreaterThanOrEqual(parent?.startMs ?? 0);
    }
    const [{ beganMs, endedMs } = {}] = report.actors;
    const select = span(report, "alice", /SELECT/);
    const update = span(report, "alice", /UPDATE/);
    const [pause] = select.pauses;
    const moments = [beganMs, select.startMs, select.endMs, pause?.fromMs, pause?.toMs, update.startMs, update.endMs];
    const times = [...moments, endedMs].map((ms) => ms ?? Number.NaN);
    expect(times.toSorted((one, other) => one - other)).toEqual(times);
    // The lines stand in that sequence too.
    const texts = report.moments.filter(({ actor }) => actor === "alice").map(({ text }) => text);
    expect(texts.findIndex((text) => /after pg.query:UPDATE/.test(text))).toBeLessThan(texts.indexOf("ends"));
  });

  it("has what HTTP and the database say of themselves, and the statements, which were asked for", async () => {
    const report = await lostUpdate();
    expect(Object.values(span(report, "alice", /POST/).attributes)).toEqual(
      expect.arrayContaining(["POST", "/withdraw", 200]),
    );
    expect(Object.values(span(report, "bob", /UPDATE/).attributes)).toEqual(
      expect.arrayContaining([expect.stringContaining("UPDATE account SET balance")]),
    );
  });

  it("has no statement, no query and no header where nobody asked", async () => {
    const report = await lostUpdate({ recordAttributes: [] });
    const told = JSON.stringify(report.spans);
    expect(told).toContain("/withdraw");
    for (const secret of ["UPDATE account", "amount=10", "node", "127.0.0.1:"]) {
      const values = report.spans.flatMap(({ attributes }) => Object.values(attributes).map(String));
      expect(values.filter((value) => value.includes(secret))).toEqual([]);
    }
  });

  it("refuses names that cannot be any attribute's", () => {
    const alice = gateway.starter("alice", withdraw);
    const runner = (recordAttributes: unknown) => () =>
      gateway.runner([alice], [alice.finished], { recordAttributes } as RunnerOptions);
    expect(runner("db.query.text")).toThrow(/recordAttributes is a list of attributes' names/);
    expect(runner([""])).toThrow(/recordAttributes is a list of attributes' names/);
    expect(runner(Array.from({ length: 17 }, (_, at) => `a${at}`))).toThrow(/takes 16 names at most; it has 17/);
  });
});
