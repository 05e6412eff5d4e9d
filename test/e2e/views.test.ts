// The views of real runs: of one that has ended, one that stands still, one that failed, and one with a lock.
import { type Gateway, openGateway, postgres, type Starter } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OtlpSpan } from "../../src/report/otlp-values.ts";
import { Account, startBank, withdrawFrom } from "../support/bank.ts";
import { schemaErrors } from "../support/interleaving-schema.ts";
import { Statements } from "../support/statements.ts";
import { openPostgres } from "../support/stores.ts";

const read = "pg.query:SELECT*";
let account: Account;
let gateway: Gateway;
let alice: Starter;
let bob: Starter;

beforeAll(async () => {
  account = await Account.open();
  gateway = await openGateway({ recordAttributes: ["db.query.text"] });
  const withdraw = withdrawFrom(await startBank(gateway, account));
  [alice, bob] = [gateway.starter("alice", withdraw), gateway.starter("bob", withdraw)];
});
afterAll(async () => {
  await gateway?.close();
  await account?.close();
});
beforeEach(() => account.reset(100));

const openLostUpdate = () =>
  gateway.runner([alice, bob], [alice.after(read), bob.after(read), alice.finished, bob.finished]);

/** A participant's line, and what others call it by. */
function idOf(diagram: string, name: string): string {
  const [, id] = new RegExp(`(?:actor|participant) (\\w+) as ${name}`).exec(diagram) ?? [];
  if (id === undefined) throw new Error(`No ${name} in:\n${diagram}`);
  return id;
}

interface Resource {
  readonly resource: { readonly attributes: readonly [{ readonly value: { readonly stringValue: string } }] };
  readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
}

function spansOf(otlp: string): readonly (OtlpSpan & { readonly service: string })[] {
  const { resourceSpans }: { resourceSpans: readonly Resource[] } = JSON.parse(otlp);
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes[0].value.stringValue;
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}

describe("a lost update", () => {
  it("is valid JSON by the schema: before it begins, while it stands, and at its end", async () => {
    await using runner = openLostUpdate();
    expect(schemaErrors(runner.interleaving)).toEqual([]);
    await runner.next();
    expect(schemaErrors(runner.interleaving)).toEqual([]);
    await runner.finish();
    expect(schemaErrors(runner.interleaving)).toEqual([]);
    expect(runner.interleaving.toJSON().spans.length).toBeGreaterThan(5);
  });

  it("is a diagram of its requests, their queries and their holds, without the layers between", async () => {
    await using runner = openLostUpdate();
    await runner.finish();
    const diagram = runner.interleaving.toMermaid();
    const [one, two, bank] = [idOf(diagram, "alice"), idOf(diagram, "bob"), idOf(diagram, "bank")];
    const database = idOf(diagram, "PostgreSQL ");
    const names = { [one]: "alice", [two]: "bob", [bank]: "bank", [database]: "database" };
    const told = diagram.split("\n").flatMap((line) => {
      const call = /(\w+)(--?>>)(\w+): (.*)/.exec(line);
      if (call) return `${names[call[1] ?? ""]} ${call[2]} ${names[call[3] ?? ""]} ${call[4]}`;
      return /Note over/.test(line) ? line.replace(/.*: ([■▶]?)/, "$1") : [];
    });
    expect(told).toEqual([
      "alice ->> bank POST /withdraw",
      "bank ->> database alice: pg.query:SELECT bank",
      "database -->> bank ↩ alice: pg.query:SELECT bank",
      "■ alice held after pg.query:SELECT bank",
      "bob ->> bank POST /withdraw",
      "bank ->> database bob: pg.query:SELECT bank",
      "database -->> bank ↩ bob: pg.query:SELECT bank",
      "■ bob held after pg.query:SELECT bank",
      "▶ alice goes on after pg.query:SELECT bank",
      "bank ->> database alice: pg.query:UPDATE bank",
      "database -->> bank ↩ alice: pg.query:UPDATE bank",
      "bank -->> alice ↩ POST /withdraw",
      "ends",
      "▶ bob goes on after pg.query:SELECT bank",
      "bank ->> database bob: pg.query:UPDATE bank",
      "database -->> bank ↩ bob: pg.query:UPDATE bank",
      "bank -->> bob ↩ POST /withdraw",
      "ends",
    ]);
  });

  it("is one trace of the run, its actors, their spans, and pauses under a service of their own", async () => {
    await using runner = openLostUpdate();
    await runner.finish();
    const { spans, actors } = runner.interleaving.toJSON();
    const otlp = spansOf(runner.interleaving.toOtlp());
    const own = otlp.filter(({ service }) => service === "spangate");
    expect(own.map(({ name }) => name).sort()).toEqual([
      ...["alice", "bob", "held after pg.query:SELECT bank", "held after pg.query:SELECT bank", "run of alice, bob"],
    ]);
    const bank = otlp.filter(({ service }) => service === "bank");
    expect(bank.map(({ spanId }) => spanId).sort()).toEqual(spans.map(({ spanId }) => spanId).sort());
    // A request's span lies under its actor's.
    const posts = bank.filter(({ name }) => name.startsWith("POST"));
    expect(posts.map(({ parentSpanId }) => parentSpanId).sort()).toEqual(actors.map(({ spanId }) => spanId).sort());
  });
});

describe("other runs", () => {
  it("that fail are valid and tell why, in every view", async () => {
    await using runner = gateway.runner([alice], [alice.after("never")]);
    await expect(runner.finish()).rejects.toMatchObject({ code: "CheckpointNotReached" });
    expect(schemaErrors(runner.interleaving)).toEqual([]);
    expect(runner.interleaving.toMermaid()).toContain("FAILED CheckpointNotReached");
    const [run] = spansOf(runner.interleaving.toOtlp());
    expect(run).toMatchObject({ status: { code: 2 }, events: [{ name: "failed" }] });
  });

  it("with a wait for a lock are valid and tell who waits for whom, in every view", async () => {
    const statements = await Statements.open(openPostgres, postgres);
    await statements.store.reset(100);
    const withdraw = "UPDATE account SET balance = balance - 10 WHERE id = 1";
    const [one, two] = [statements.transaction("one", withdraw), statements.transaction("two", withdraw)];
    const runner = statements.gateway.runner(
      [one, two],
      [one.before("pg.query:COMMIT *"), two.blocked, one.finished, two.finished],
    );
    await runner.finish();
    expect(schemaErrors(runner.interleaving)).toEqual([]);
    expect(runner.interleaving.toMermaid()).toMatch(/Note over service\d: ◷ two waits for one: ShareLock/);
    const waits = spansOf(runner.interleaving.toOtlp()).filter(({ name }) =>
      name.startsWith("waits for one: ShareLock"),
    );
    expect(waits).toHaveLength(1);
    await statements.close();
  });
});
