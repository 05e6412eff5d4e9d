// What counts as expected, and what is told of what does not.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differencesOf } from "../../../src/scenario/run/difference.ts";
import { differencesOfRows } from "../../../src/scenario/run/rows.ts";
import { differencesOfText } from "../../../src/scenario/run/texts.ts";

const ofJson = { exact: false, ofRows: false };
const ofRows = { exact: false, ofRows: true };

describe("a value", () => {
  it("is what it is expected to be whenever it is the same, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const how of [ofJson, { exact: true, ofRows: true }])
          expect(differencesOf("it", value, structuredClone(value), how)).toEqual([]);
      }),
    );
  });

  it.each([
    [90, "90.00", true],
    [-0.5, "-0.50", true],
    [0, "-0.00", true],
    [90, "90.01", false],
    [90, "ninety", false],
    [1e30, "1000000000000000000000000000000", true],
    [1e30, "1000000000000000000000000000001", false],
    [-1.25e30, "-1250000000000000000000000000000.00", true],
    [1e-7, "0.0000001", true],
    [1e-7, "0.00000010", true],
    [1.5e-7, "0.00000015", true],
    [1e-7, "0.000001", false],
    [1e21, "1e+21", true],
    [1, "1e999999999", false],
    ["NaN", "NaN", true],
    [9007199254740992, "9007199254740993", false],
    ["9007199254740993", "9007199254740993", true],
    ["90", 90, false],
    [true, 1, true],
    [false, 0, true],
    [true, 2, false],
    [null, "", false],
    [null, 0, false],
    [{ a: [1] }, '{"a":[1],"b":2}', true],
    [{ a: 1 }, "{", false],
  ])("of a column that is expected as %j is met by %j: %s", (expected, found, met) => {
    expect(differencesOf("it", expected, found, ofRows).length === 0).toBe(met);
  });

  it.each([
    [90, "90"],
    [true, 1],
    [{ a: 1 }, '{"a":1}'],
    [[1, 2], [1]],
    [[1], [1, 2]],
    [{ a: null }, {}],
  ])("of JSON that is expected as %j is not met by %j", (expected, found) => {
    expect(differencesOf("it", expected, found, ofJson)).not.toEqual([]);
  });

  it("that is long is shown where it differs", () => {
    const long = "a long text that goes on and on, for more than fits into a line of anybody's ";
    const [difference] = differencesOf("it", `${long}one`, `${long}two`, ofJson);
    expect(difference?.expected).toContain("one");
    expect(difference?.found).toContain("two");
  });
});

describe("rows in any sequence", () => {
  it("are met by every permutation, also where one fits several", () => {
    const rows = [{ id: 1 }, {}, { id: 2, b: 1 }, { b: 1 }];
    const found = [
      { id: 1, b: 1 },
      { id: 1, b: 2 },
      { id: 2, b: 1 },
      { id: 3, b: 3 },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(found, { minLength: 4 }), (shuffled) => {
        expect(differencesOfRows({ sql: "", rows, inAnyOrder: true }, shuffled)).toEqual([]);
      }),
    );
  });
});

describe("a text", () => {
  it.each([
    ["a", "a\n", true],
    ["a\n", "a", true],
    ["a", "a\r\n", true],
    ["a", "a\n\n", false],
    [{ contains: "b" }, "abc", true],
    [{ contains: "d" }, "abc", false],
    [{ matches: "^b" }, "abc", false],
  ])("that is expected as %j is met by %j: %s", (expected, found, met) => {
    expect(differencesOfText("it", expected, found).length === 0).toBe(met);
  });

  it("of several lines is shown by those that differ", () => {
    expect(differencesOfText("stdout", "a\nb\nc", "a\nB\nc")).toEqual([
      { at: "stdout, line 2", expected: '"b"', found: '"B"' },
    ]);
  });
});

describe("a regular expression that takes Node's engine for ever", { timeout: 10_000 }, () => {
  const evil = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";

  it("is answered all the same", () => {
    expect(differencesOfText("body", { matches: "^(a+)+$" }, evil)).toHaveLength(1);
    expect(differencesOfText("body", { matches: "^(a+)+b$" }, evil)).toEqual([]);
  });

  it("is given up where only that engine knows it, and the reader is told", () => {
    const [difference] = differencesOfText("body", { matches: "^(a+)+\\1$" }, evil);
    expect(difference?.expected).toContain("takes more than 1000 ms");
    expect(differencesOfText("body", { matches: "(.)\\1b" }, evil)).toEqual([]);
  });

  it("looks at a long text to its end", () => {
    expect(differencesOfText("body", { matches: "end$" }, `${"x".repeat(300_000)}end`)).toEqual([]);
  });
});
