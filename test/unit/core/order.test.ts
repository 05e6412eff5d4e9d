import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SpanMatch, TextPattern } from "../../../src/core/model.ts";
import { findMistake, mistakeOfPattern } from "../../../src/core/order.ts";
import { at, type Draft, orderOf, spanMatch } from "../../support/builders.ts";

const read = at("alice", "after", "read");
const like = (parts: Partial<SpanMatch>) => ({ ...read, span: spanMatch("read", parts) });

function mistake(entries: readonly (Draft | readonly Draft[])[], starters: readonly string[] = ["alice", "bob"]) {
  return findMistake(starters, orderOf(...entries));
}

describe("findMistake", () => {
  it("accepts an order that can happen", () => {
    const order = [at("alice", "started"), [read, at("bob", "before", "read")], read, at("alice", "finished")];
    expect(mistake(order)).toBeUndefined();
  });

  it("tells a text that stands where a number must be as a text", () => {
    const found = mistake([at("alice", "after", "read", { nth: "5" as never })]);
    expect(found?.message).toMatch(/^nth must be a whole number .*; it is the text "5"\.$/);
  });

  it.each([
    ["no starter", [read], [], "BadOrder"],
    ["a starter without a name", [read], ["alice", " "], "BadOption"],
    ["two starters of one name", [read], ["alice", "alice"], "DuplicateStarter"],
    ["an order without steps", [], ["alice"], "BadOrder"],
    ["a step without checkpoints", [[]], ["alice"], "BadOrder"],
    ["a starter that the runner does not have", [at("carol", "after", "read")], ["alice", "bob"], "UnknownStarter"],
    ["a span's side without a span", [at("alice", "before")], ["alice"], "BadOrder"],
    ["an end with a span", [at("alice", "finished", "read")], ["alice"], "BadOrder"],
    ["the occurrence 0", [at("alice", "after", "read", { nth: 0 })], ["alice"], "BadOption"],
    ["half an occurrence", [at("alice", "after", "read", { nth: 1.5 })], ["alice"], "BadOption"],
    ["an empty name", [at("alice", "after", "")], ["alice"], "BadPattern"],
    ["a kind that is none", [like({ kind: "sever" as never })], ["alice"], "BadOption"],
    ["a service that is no text", [like({ service: 5 as never })], ["alice"], "BadOption"],
    ["a service without a name", [like({ service: "" })], ["alice"], "BadOption"],
    ["a start after something", [read, at("alice", "started")], ["alice"], "BadOrder"],
    ["a second start", [at("alice", "started"), at("alice", "started")], ["alice"], "BadOrder"],
    ["something after the end", [at("alice", "finished"), read], ["alice"], "BadOrder"],
  ] as const)("refuses %s", (_, entries, starters, code) => {
    expect(mistake(entries, starters)?.code).toBe(code);
  });

  it("refuses more than a run may have, and tells how much that is", () => {
    const many = Array.from({ length: 2_001 }, (_, index) => `actor ${index}`);
    expect(mistake([at("actor 1", "after", "read")], many)?.message).toContain("2000 starters; this one has 2001");
    const order = Array.from({ length: 10_001 }, () => at("alice", "after", "read"));
    expect(mistake(order, ["alice"])?.message).toContain("10000 checkpoints; this one has 10001");
    const attributes = Array.from({ length: 17 }, (_, key) => ({ key: String(key), value: 1 }));
    expect(mistake([like({ attributes })])?.message).toContain("16 attributes");
    const long = "x".repeat(4_097);
    expect(mistake([at(long, "after", "read")], [long])?.message).toContain("has 4097");
    expect(mistake([like({ service: long })])?.message).toContain("has 4097");
    expect(mistake([like({ attributes: [{ key: long, value: 1 }] })])?.message).toContain("has 4097");
  });

  it("refuses an attribute's pattern that cannot be read", () => {
    const attributes = [{ key: "db.query.text", value: { type: "regexp" as const, source: "(", flags: "" } }];
    expect(mistake([like({ attributes })])?.code).toBe("BadPattern");
  });

  it("names the starters that there are", () => {
    expect(mistake([at("carol", "after", "read")])?.message).toContain('It has "alice", "bob"');
  });
});

describe("mistakeOfPattern", () => {
  it.each<[string, TextPattern]>([
    ["an empty text", { type: "exact", text: "" }],
    ["an empty glob", { type: "glob", glob: "" }],
    ["the glob of paths", { type: "glob", glob: "GET /users/**" }],
    ["an expression that remembers its place", { type: "regexp", source: "a", flags: "g" }],
    ["an expression that sticks to its place", { type: "regexp", source: "a", flags: "y" }],
    ["an unknown flag", { type: "regexp", source: "a", flags: "q" }],
    ["an expression that cannot be read", { type: "regexp", source: "[", flags: "" }],
    ["an expression that refers back to a group", { type: "regexp", source: "(a)\\1", flags: "" }],
    ["an expression that is large when it is written out", { type: "regexp", source: "(a{50}){50}", flags: "" }],
    ["an expression of more than 1,000 characters", { type: "regexp", source: "a".repeat(1_001), flags: "" }],
    ["a glob of more than 1,000 characters", { type: "glob", glob: `${"a".repeat(1_000)}*` }],
    ["a text of more than 4,096 characters", { type: "exact", text: "a".repeat(4_097) }],
  ])("refuses %s", (_, pattern) => {
    expect(mistakeOfPattern(pattern)?.code).toBe("BadPattern");
  });

  it("accepts every other text and glob", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(mistakeOfPattern({ type: "exact", text })).toBeUndefined();
        if (!text.includes("**")) expect(mistakeOfPattern({ type: "glob", glob: text })).toBeUndefined();
      }),
    );
  });
});
