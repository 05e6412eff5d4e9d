import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSpan, compileText } from "../../../src/core/matcher.ts";
import type { AttributePattern } from "../../../src/core/model.ts";
import { spanMatch } from "../../support/builders.ts";

const anyText = fc.string({ unit: "binary" });
const literal = anyText.map((text) => text.replace(/[*?]/g, "-"));

function glob(pattern: string, text: string): boolean {
  return compileText({ type: "glob", glob: pattern })(text);
}

describe("a glob", () => {
  it("without a star or question mark means itself and nothing else", () => {
    fc.assert(
      fc.property(literal, literal, (pattern, text) => {
        expect(glob(pattern, pattern)).toBe(true);
        expect(glob(pattern, text)).toBe(pattern === text);
      }),
    );
  });

  it("matches any run of characters for a star, slashes and line ends too", () => {
    fc.assert(
      fc.property(literal, literal, literal, (head, middle, tail) => {
        expect(glob(`${head}*${tail}`, `${head}${middle}${tail}`)).toBe(true);
      }),
    );
    expect(glob("GET /users/*", "GET /users/1/orders\n2")).toBe(true);
  });

  it("matches exactly one character for a question mark, whatever its length in memory", () => {
    fc.assert(
      fc.property(literal, fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), (head, one) => {
        expect(glob(`${head}?`, `${head}${one}`)).toBe(true);
        expect(glob(`${head}?`, head)).toBe(false);
        expect(glob(`${head}?`, `${head}${one}${one}`)).toBe(false);
      }),
    );
  });

  it.each(["GET /users/{id}", "GET /users/[id]", "call(…)", "a.b", "a|b", "a+b", "^a$", "a\\d"])(
    "takes %s literally",
    (name) => {
      expect(glob(name, name)).toBe(true);
      expect(glob(`${name}*`, `${name}!`)).toBe(true);
    },
  );
});

it("does not take a point of a glob for any character", () => {
  expect(glob("a.b", "a-b")).toBe(false);
  expect(glob("a.b*", "a-b")).toBe(false);
});

describe("a pattern of text", () => {
  it("is exact to the letter", () => {
    const matches = compileText({ type: "exact", text: "pg.query:SELECT *" });
    expect(matches("pg.query:SELECT *")).toBe(true);
    expect(matches("pg.query:SELECT bank")).toBe(false);
  });

  it("is a regular expression that may match anywhere, with the same answer every time", () => {
    const matches = compileText({ type: "regexp", source: "select", flags: "i" });
    expect([matches("pg.query:SELECT"), matches("pg.query:SELECT"), matches("insert")]).toEqual([true, true, false]);
  });
});

describe("a matcher of spans", () => {
  const fits = (pattern: AttributePattern, attributes: Record<string, unknown>) =>
    compileSpan(spanMatch("a", { attributes: [pattern] })).rest({ kind: "client", attributes });

  it("asks for the name, the kind and every attribute", () => {
    const matcher = compileSpan(
      spanMatch("a", {
        kind: "client",
        attributes: [
          { key: "rows", value: 2 },
          { key: "retry", value: true },
        ],
      }),
    );
    expect(matcher.name("a")).toBe(true);
    expect(matcher.name("b")).toBe(false);
    expect(matcher.rest({ kind: "client", attributes: { rows: 2, retry: true } })).toBe(true);
    expect(matcher.rest({ kind: "server", attributes: { rows: 2, retry: true } })).toBe(false);
    expect(matcher.rest({ kind: "client", attributes: { rows: 2 } })).toBe(false);
    expect(matcher.rest({ kind: "client", attributes: { rows: "2", retry: true } })).toBe(false);
  });

  it("compares a pattern with an attribute's text, and one element of a list is enough", () => {
    const two: AttributePattern = { key: "x", value: { type: "exact", text: "2" } };
    expect(fits(two, { x: "2" })).toBe(true);
    expect(fits(two, { x: 2 })).toBe(true);
    expect(fits(two, { x: [1, 2] })).toBe(true);
    expect(fits(two, { x: [1, 3] })).toBe(false);
    expect(fits(two, {})).toBe(false);
    expect(fits({ key: "x", value: 2 }, { x: [1, 2] })).toBe(true);
  });

  it("does not take an attribute that is not there for its text", () => {
    const anything: AttributePattern = { key: "x", value: { type: "glob", glob: "*" } };
    expect([fits(anything, {}), fits(anything, { x: null }), fits(anything, { x: "" })]).toEqual([false, false, true]);
  });

  it("throws for a regular expression that cannot be read", () => {
    expect(() => compileSpan({ ...spanMatch("a"), name: { type: "regexp", source: "(", flags: "" } })).toThrow(
      SyntaxError,
    );
  });
});
