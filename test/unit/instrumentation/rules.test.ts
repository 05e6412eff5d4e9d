import { SpanKind } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { matchedNone, RuleBook } from "../../../instrumentation/rules.ts";
import type { ActorRules, HoldMode, Rule } from "../../../src/core/model.ts";
import { spanMatch } from "../../support/builders.ts";

const query = { name: "query", kind: SpanKind.CLIENT, attributes: {} };

type AnyRule = Omit<Rule, "hold"> & Partial<Rule>;

function rulesOf(actor: string, ...rules: readonly AnyRule[]): ActorRules {
  const all = rules.map((rule) => ({ hold: undefined, ...rule }));
  return { runId: "r1", actor, traceId: `trace of ${actor}`, rules: all };
}

function bookOf(...actors: readonly ActorRules[]): RuleBook {
  const book = new RuleBook({ service: "bank", hold: "flow" });
  book.replace(actors);
  return book;
}

describe("a rule book", () => {
  it("is empty until a run is open, and again when it is closed", () => {
    const book = new RuleBook({ service: "bank", hold: "flow" });
    expect(book.isEmpty).toBe(true);
    book.replace([rulesOf("alice")]);
    expect(book.isEmpty).toBe(false);
    book.replace([]);
    expect(book.isEmpty).toBe(true);
    expect(book.byName("r1", "alice")).toBeUndefined();
    expect(book.byTrace("trace of alice")).toBeUndefined();
  });

  it("finds an actor by its run and name, and by its trace", () => {
    const book = bookOf(rulesOf("alice"), { ...rulesOf("alice"), runId: "r2", traceId: "other" });
    expect(book.byName("r1", "alice")).toBe(book.byTrace("trace of alice"));
    expect(book.byName("r2", "alice")).toBe(book.byTrace("other"));
    expect(book.byName("r1", "alice")).not.toBe(book.byName("r2", "alice"));
    expect(book.byName("r1", "bob")).toBeUndefined();
  });

  it("keeps an actor's gates when other runs come and go: spans that are open refer to them", () => {
    const book = bookOf(rulesOf("alice"));
    const gates = book.byName("r1", "alice");
    book.replace([rulesOf("bob"), rulesOf("alice")]);
    expect(book.byName("r1", "alice")).toBe(gates);
  });
});

describe("an actor's gates", () => {
  it("tell all checkpoints of the phase that the span matches", () => {
    const book = bookOf(
      rulesOf(
        "alice",
        { checkpoint: 0, phase: "before", span: spanMatch("query") },
        { checkpoint: 1, phase: "after", span: spanMatch("query") },
        { checkpoint: 3, phase: "after", span: spanMatch("query", { kind: "server" }) },
        { checkpoint: 4, phase: "after", span: spanMatch("query", { attributes: [{ key: "rows", value: 1 }] }) },
        { checkpoint: 5, phase: "after", span: { ...spanMatch(""), name: { type: "glob", glob: "q*" } } },
      ),
    );
    const gates = book.byName("r1", "alice");
    const matched = (attributes: Record<string, unknown>) =>
      gates?.match("after", { ...query, attributes }).map(({ checkpoint }) => checkpoint);
    expect(gates?.match("before", query).map(({ checkpoint }) => checkpoint)).toEqual([0]);
    expect(matched({})).toEqual([1, 5]);
    expect(matched({ rows: 1 })).toEqual([1, 4, 5]);
    expect(matched({})).toEqual([1, 5]);
  });

  it("are not frozen by a statement that Node's own engine would not be done with in a lifetime", () => {
    const value = { type: "regexp", source: "(a+)+$", flags: "" } as const;
    const name = { type: "glob", glob: `${"*a".repeat(400)}*!` } as const;
    const gates = bookOf(
      rulesOf(
        "alice",
        { checkpoint: 0, phase: "after", span: spanMatch("query", { attributes: [{ key: "db.query.text", value }] }) },
        { checkpoint: 1, phase: "after", span: { ...spanMatch(""), name } },
      ),
    ).byName("r1", "alice");
    const attributes = { "db.query.text": `${"a".repeat(60_000)}!` };
    expect(gates?.match("after", { ...query, attributes })).toEqual([]);
    expect(gates?.match("after", { ...query, name: "a".repeat(10_000) })).toEqual([]);
  });

  it("leave out rules of other services", () => {
    const book = bookOf(
      rulesOf(
        "alice",
        { checkpoint: 0, phase: "after", span: spanMatch("query", { service: "shop" }) },
        { checkpoint: 1, phase: "after", span: spanMatch("query", { service: "bank" }) },
      ),
    );
    const matched = book.byName("r1", "alice")?.match("after", query);
    expect(matched?.map(({ checkpoint }) => checkpoint)).toEqual([1]);
  });

  it("hold as their checkpoint asks, or else as their process does; one that asks for the thread is enough", () => {
    const gatesOf = (hold: HoldMode, ...rules: readonly AnyRule[]) => {
      const book = new RuleBook({ service: "bank", hold });
      book.replace([rulesOf("alice", ...rules)]);
      return book.byName("r1", "alice");
    };
    const plain: AnyRule = { checkpoint: 0, phase: "after", span: spanMatch("query") };
    const thread: AnyRule = { ...plain, checkpoint: 1, hold: "thread" };
    expect(gatesOf("flow", plain)?.asksForFlow("after", query)).toBe(true);
    expect(gatesOf("thread", plain)?.asksForFlow("after", query)).toBe(false);
    expect(gatesOf("thread", { ...plain, hold: "flow" })?.asksForFlow("after", query)).toBe(true);
    expect(gatesOf("flow", plain, thread)?.asksForFlow("after", query)).toBe(false);
    expect(gatesOf("flow", plain)?.mayAskForFlow("before")).toBe(false);
    expect(gatesOf("flow", plain)?.asksForFlow("after", { ...query, name: "other" })).toBe(false);
  });

  it("answer a name that no rule has with the one empty list, without new memory", () => {
    const gates = bookOf(rulesOf("alice")).byName("r1", "alice");
    expect(gates?.match("after", query)).toBe(matchedNone);
  });

  it("answer rightly after more names than they remember", () => {
    const book = bookOf(rulesOf("alice", { checkpoint: 0, phase: "after", span: spanMatch("query") }));
    const gates = book.byName("r1", "alice");
    for (let index = 0; index < 10_000; index += 1) gates?.match("after", { ...query, name: `SELECT ${index}` });
    expect(gates?.match("after", query)).toHaveLength(1);
    expect(gates?.match("after", { ...query, name: "SELECT 9999" })).toHaveLength(0);
  });
});
