import { describe, expect, it } from "vitest";
import type { Entry, Happening } from "../../../src/core/happenings.ts";
import type { SpanFacts } from "../../../src/core/model.ts";
import { Interleaving } from "../../../src/report/interleaving.ts";
import { arrival, bank, facts, passed, shop } from "../../support/builders.ts";

const library = "@opentelemetry/instrumentation-";
const span = (spanId: string, name: string, parentSpanId: string, parts: Partial<SpanFacts>): SpanFacts =>
  facts(name, { spanId, parentSpanId, ...parts });

const order = span("order", "POST", "", { kind: "server", scope: `${library}http`, peer: "shop:80" });
const route = span("route", "middleware - json", "order", { scope: `${library}express` });
const ask = span("ask", "GET", "route", { kind: "client", scope: `${library}undici`, peer: "bank:80" });
const asked = span("asked", "GET", "ask", {
  ...({ kind: "server", scope: `${library}http`, peer: "bank:80" } as const),
  attributes: { "http.request.method": "GET", "url.path": "/account" },
});
const pool = span("pool", "pg-pool.connect", "asked", { kind: "client", scope: `${library}pg`, peer: "db:5432" });
const query = span("query", "pg.query:SELECT bank", "asked", {
  kind: "client",
  scope: `${library}pg`,
  peer: "db:5432",
});

const begun = (it: SpanFacts, agent = bank): Happening => ({
  type: "passed",
  actor: "alice",
  passed: passed("alice", "before", it.name, { span: it, agent }),
});
const ended = (it: SpanFacts, agent = bank): Happening => ({
  type: "passed",
  actor: "alice",
  passed: passed("alice", "after", it.name, { span: it, agent }),
});
const stands = (phase: "before" | "after", it: SpanFacts, agent = bank) =>
  arrival("alice", phase, it.name, [0], { span: it, agent });
const held = (stop: ReturnType<typeof stands>): Happening => ({
  type: "held",
  actor: "alice",
  arrival: stop,
  checkpoint: 0,
});
const released = (stop: ReturnType<typeof stands>): Happening => ({
  type: "released",
  actor: "alice",
  arrival: stop,
});

function diagram(...happenings: readonly Happening[]): string {
  const actors = [{ name: "alice", traceparent: undefined }];
  const entries = happenings.map((it, atMs): Entry => ({ ...it, atMs }));
  return new Interleaving({ actors, order: [], openedAtMs: 0, entries }).toMermaid();
}

describe("an interleaving as a sequence diagram", () => {
  it("shows who called whom and what was held there, and folds what lies between", () => {
    const stop = stands("after", query);
    const text = diagram(
      { type: "begin", actor: "alice" },
      ...[begun(order, shop), begun(route, shop), begun(ask, shop), begun(asked), begun(pool), ended(pool)],
      ...[begun(query), held(stop), released(stop), ended(asked), ended(ask, shop), ended(route, shop)],
      ...[ended(order, shop), { type: "ended", actor: "alice", error: undefined } as const],
    );
    expect(text).toMatchInlineSnapshot(`
      "sequenceDiagram
          actor actor0 as alice
          participant service1 as shop
          participant service2 as bank
          participant peer3 as PostgreSQL db:5432
          actor0->>service1: POST
          service1->>service2: alice: GET /account
          service2->>peer3: alice: pg.query:SELECT bank
          peer3-->>service2: ↩ alice: pg.query:SELECT bank
          Note over service2: ■ alice held after pg.query:SELECT bank
          Note over service2: ▶ alice goes on after pg.query:SELECT bank
          service2-->>service1: ↩ alice: GET /account
          service1-->>actor0: ↩ POST
          Note over actor0: ends
      "
    `);
  });

  it("makes a call that was held in front when it is let go, and never where it is not", () => {
    const stop = stands("before", query);
    expect(diagram(begun(asked), held(stop), released(stop))).toMatch(
      /held before.*\n.*goes on.*\n.*->>peer\d+: alice/,
    );
    expect(diagram(begun(asked), held(stop))).not.toContain("->>peer");
    expect(
      diagram(begun(asked), held(stop), { type: "withdrawn", actor: "alice", arrival: stop, reason: "gone" }),
    ).not.toContain("->>peer");
  });

  it("sends an answer that was held when it is let go", () => {
    const stop = stands("after", asked);
    expect(diagram(begun(asked), held(stop))).not.toContain("-->>");
    expect(diagram(begun(asked), held(stop), released(stop))).toMatch(/goes on.*\n.*-->>actor0: ↩ GET/);
  });

  it("tells who waits for whose lock, who makes no progress, and what failed", () => {
    const wait = {
      ...{ actor: "alice", lock: "ShareLock on x", by: ["bob"], sessions: [] },
      call: passed("alice", "before", query.name, { span: query }),
    };
    const text = diagram(
      ...[begun(asked), begun(query), { type: "blocked", actor: "alice", wait } as const],
      ...[{ type: "stalled", actor: "alice" } as const, { type: "freed", actor: "alice" } as const],
      { type: "failed", failure: { code: "StepTimedOut", message: "Too long.\n  Facts.", actor: "alice" } },
    );
    const notes = text.split("\n").flatMap((line) => /Note over (.*)/.exec(line)?.[1] ?? []);
    expect(notes).toEqual([
      "service1: ◷ alice waits for bob: ShareLock on x, in pg.query:SELECT bank",
      "actor0: ~ makes no progress (a guess): the next one goes on too",
      "actor0: ◷ waits no more",
      "actor0,peer2: FAILED StepTimedOut: Too long.",
    ]);
  });

  it("knows a service by its address, though its own span has not been told", () => {
    const other = { ...ask, spanId: "other", parentSpanId: "order" };
    const text = diagram(begun(order, shop), begun(ask, shop), begun(asked), begun(other, shop));
    expect(text.match(/service\d->>service\d: .*/g)).toEqual([
      "service1->>service2: alice: GET /account",
      "service1->>service2: alice: GET",
    ]);
    expect(text).not.toContain("peer");
  });

  it("calls what it does not know as its library is called, whatever that is", () => {
    const call = span("call", "ask", "", { kind: "client", scope: "constructor" });
    expect(diagram(begun(call))).toContain("participant peer2 as constructor\n");
  });

  it("has the first and the last of a long run, and tells how much is left out between", () => {
    const text = diagram(...Array.from({ length: 400 }, () => ({ type: "stalled", actor: "alice" }) as const));
    const notes = text.split("\n").filter((line) => line.includes("Note over"));
    expect(notes).toHaveLength(301);
    expect(notes[150]).toContain("… 100 more, which are left out here …");
  });
});
