import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Expression, stepLimit, textLimit } from "../../../../src/core/expression/expression.ts";

const anyCharacter = fc.constantFrom(
  ...["a", "b", "A", " ", "k", "\\n", "é", "\\u0061", "\\x62", "-", "ß", "\u212a"],
  ...[".", "\\w", "\\W", "\\d", "\\s", "\\S", "[ab]", "[^a]", "[^\\n]", "[a-c\\]]", "\\/", "\\.", "[\\b]"],
);
const anyPlace = fc.constantFrom("^", "$", "\\b", "\\B");
const anyQuantifier = fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{1,3}?", "{0}");

/** Expressions of every construct, in each other so deep. */
function expressionsOf(depth: number): fc.Arbitrary<string> {
  const bracketed = (opening: fc.Arbitrary<string>) =>
    fc.tuple(opening, expressionsOf(depth - 1)).map(([open, body]) => `${open}${body})`);
  const atom =
    depth === 0
      ? anyCharacter
      : fc.oneof({ weight: 2, arbitrary: anyCharacter }, bracketed(fc.constantFrom("(", "(?:")));
  const quantified = fc.tuple(atom, anyQuantifier).map((parts) => parts.join(""));
  const look = depth === 0 ? [] : [bracketed(fc.constantFrom("(?=", "(?!", "(?<=", "(?<!"))];
  const sequence = fc.array(fc.oneof(atom, anyPlace, quantified, ...look), { maxLength: 3 });
  return fc.array(sequence, { minLength: 1, maxLength: 2 }).map((all) => all.map((it) => it.join("")).join("|"));
}

// Node's engine may need more than a lifetime for larger ones.
const anyExpression = expressionsOf(2).filter((source) => source.length <= 40 && new Expression(source, "").size <= 30);
const anyFlags = fc
  .tuple(fc.subarray(["i", "m", "s"]), fc.constantFrom("", "u", "v"))
  .map(([flags, unicode]) => `${flags.join("")}${unicode}`);
const anyText = fc
  .array(fc.constantFrom("a", "b", "A", "c", "k", "K", "\u212a", " ", "\n", "é", "ß", "\ud83d", "-", "]"), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));

it("answers every text as Node's own engine does", () => {
  fc.assert(
    fc.property(anyExpression, anyFlags, anyText, (source, flags, text) => {
      expect(new Expression(source, flags).test(text)).toBe(new RegExp(source, flags).test(text));
    }),
    { numRuns: 10_000 },
  );
});

it.each<[string, string, readonly string[]]>([
  ["^(?!.*FOR UPDATE)SELECT", "s", ["SELECT 1 FOR UPDATE", "SELECT 1", "SELECT\n1 FOR UPDATE"]],
  ["(?<=FROM )account(?! s)", "", ["FROM account", "FROM account s", "TO account"]],
  ["(?<word>update)\\s+(?:only\\s+)?account", "i", ["UPDATE  account", "Update only account", "UPDATE accounts"]],
  ["\\p{Lu}\\P{L}", "u", ["É1", "é1", "ÉÉ"]],
  ["[\\p{L}--[a-z]]", "v", ["a", "é"]],
  ["\\u{1f600}|\\ud83d\\ude00x", "u", ["\ud83d"]],
  ["^.$", "u", ["ab"]],
  ["^..$", "", ["a"]],
  ["a{,2}|{|}|]", "", ["a{,2}", "{", "a"]],
  ["\\cJ\\0", "", ["\n\0", "J0"]],
  ["[^]x|[]", "", ["\nx", "x"]],
  ["(?=a)*b|(?:)*c", "", ["b", "c", "a"]],
  ["\\p\\u\\x", "", ["pux", "p"]],
])("reads /%s/%s as Node's own engine does", (source, flags, texts) => {
  const [ours, nodes] = [new Expression(source, flags), new RegExp(source, flags)];
  for (const text of texts) expect([text, ours.test(text)]).toEqual([text, nodes.test(text)]);
});

describe("a text that Node's engine would try in ways without end", () => {
  it.each([
    ["(a+)+$", "a".repeat(50_000).concat("!")],
    ["^(a|a)*$", "a".repeat(50_000).concat("!")],
    ["(a|aa)+$", "a".repeat(50_000).concat("!")],
    ["(.*)*=", "x".repeat(50_000)],
    ["\\s+\\s+\\s+\\s+$", " ".repeat(50_000).concat("!")],
    ["\\w*\\w*\\w*\\w*\\w*x!", "x".repeat(50_000)],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(50_000)],
    ["(x+x+)+y", "x".repeat(50_000)],
    ["(?=(a+)+$)b", "a".repeat(50_000).concat("!")],
    ["(?<!(a+)+b)c", "a".repeat(50_000)],
    ["SELECT.*FROM.*WHERE.*=.*(AND.*=.*)*;$", "SELECT FROM WHERE = AND = ".repeat(1_900)],
    ["(\\w{1,20}\\s?){1,20}$", "w".repeat(50_000).concat("!")],
  ])("takes /%s/ as many steps as it has characters, times the expression's size, and no more", (source, text) => {
    const expression = new Expression(source, "");
    expect(expression.test(text)).toBe(false);
    expect(expression.steps).toBeGreaterThan(expression.reach / 2);
    expect(expression.steps).toBeLessThanOrEqual((text.length + 1) * expression.size);
    expect(expression.steps).toBeLessThanOrEqual(stepLimit);
  });

  it("never takes more, whatever the expression", () => {
    fc.assert(
      fc.property(
        anyExpression,
        anyFlags,
        fc.string({ unit: fc.constantFrom("a", "b"), minLength: 200, maxLength: 400 }),
        (source, flags, text) => {
          const expression = new Expression(source, flags);
          expression.test(text);
          expect(expression.steps).toBeLessThanOrEqual((text.length + 1) * expression.size);
        },
      ),
    );
  });
});

it("looks at the first characters of a text that is longer than any statement, at fewer where it is large itself", () => {
  expect(new Expression("(?:\\w\\w\\w){600}", "").reach).toBeLessThan(6_000);
  const end = new Expression("b", "");
  expect(end.test(`${"a".repeat(textLimit - 1)}b`)).toBe(true);
  expect(end.test(`${"a".repeat(textLimit)}b`)).toBe(false);
  // It does not take the place to which it looks for the end.
  expect(new Expression("a$", "").test(`${"a".repeat(textLimit)}b`)).toBe(false);
});

describe("refuses", () => {
  it.each(["(a)\\1", "(?<x>a)\\k<x>", "\\12", "\\01"])("what cannot be matched in bounded time: /%s/", (source) => {
    expect(() => new Expression(source, "")).toThrow("in bounded time");
  });

  it.each(["a{3000}", "(a{50}){50}", "(?:a?){0,1000}", "(?=a{2000})", "(((a{99}){99}){99}){99}"])(
    "what is too large: /%s/",
    (source) => {
      expect(() => new Expression(source, "")).toThrow("is too large");
    },
  );

  it("classes of texts", () => {
    expect(() => new Expression("[\\q{ab|c}]", "v")).toThrow("a class of texts");
    expect(() => new Expression("\\p{RGI_Emoji}", "v")).toThrow("a class of texts");
  });
});
