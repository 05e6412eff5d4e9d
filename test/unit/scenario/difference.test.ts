// What counts as expected, and what is told of what does not.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ColumnValue } from "../../../src/scenario/databases/column-value.ts";
import type { Table } from "../../../src/scenario/databases/database.ts";
import { differencesOf } from "../../../src/scenario/run/difference.ts";
import { differencesOfRows } from "../../../src/scenario/run/rows.ts";
import { differencesOfText } from "../../../src/scenario/run/texts.ts";

describe("a value", () => {
  it("is what it is expected to be whenever it is the same, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const exact of [false, true])
          expect(differencesOf("it", value, structuredClone(value), exact)).toEqual([]);
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
    [0, "1e-999999999", false],
    ["NaN", "NaN", true],
    [9007199254740992, "9007199254740993", false],
    ["9007199254740993", "9007199254740993", true],
    [12345678901234568, "12345678901234568.00", true],
    [12345678901234568, "12345678901234567.89", false],
    ["12345678901234567.89", "12345678901234567.89", true],
    ["12345678901234567.89", "12345678901234567.91", false],
    [true, "1", false],
    [null, "", false],
    [{ a: 1 }, '{"a":1}', false],
  ])("of a column of numbers that is expected as %j is met by %j: %s", (expected, found, met) => {
    expect(differencesOf("it", expected, ColumnValue.ofNumber(found), false).length === 0).toBe(met);
  });

  it.each([
    [true, ColumnValue.ofInteger(1), true],
    [true, ColumnValue.ofInteger("1"), true],
    [false, ColumnValue.ofInteger(0), true],
    [true, ColumnValue.ofInteger(2), false],
    [true, ColumnValue.ofInteger(-1), false],
    [false, ColumnValue.ofInteger(1), false],
    [1, ColumnValue.ofInteger("1"), true],
    ["90", ColumnValue.ofInteger(90), false],
    [true, ColumnValue.ofBits("\\x01"), true],
    [true, ColumnValue.ofBits("\\x0001"), true],
    [false, ColumnValue.ofBits("\\x00"), true],
    [true, ColumnValue.ofBits("\\x02"), false],
    [true, ColumnValue.ofBits("\\x8000000000000001"), false],
    [{ a: [1] }, ColumnValue.ofDocument('{"a":[1],"b":2}'), true],
    [{ a: [1] }, ColumnValue.ofDocument('{"a":["1"]}'), false],
    [{ a: [true] }, ColumnValue.ofDocument('{"a":[1]}'), false],
    [{ a: { b: 1 } }, ColumnValue.ofDocument('{"a":"{\\"b\\":1}"}'), false],
    [{ a: 1 }, ColumnValue.ofDocument("{"), false],
    ['{"a":1}', ColumnValue.ofDocument('{"a":1}'), true],
    [1, ColumnValue.ofDocument("1"), false],
  ])("that is expected as %j is met by a column's %j: %s", (expected, found, met) => {
    expect(differencesOf("it", expected, found, false).length === 0).toBe(met);
  });

  it.each([
    [90, "90"],
    ["90", 90],
    [true, 1],
    [null, 0],
    [{ a: 1 }, '{"a":1}'],
    [[1, 2], [1]],
    [[1], [1, 2]],
    [{ a: null }, {}],
  ])("of JSON or of a text that is expected as %j is not met by %j", (expected, found) => {
    expect(differencesOf("it", expected, found, false)).not.toEqual([]);
  });

  it("that is long is shown where it differs", () => {
    const long = "a long text that goes on and on, for more than fits into a line of anybody's ";
    const [difference] = differencesOf("it", `${long}one`, `${long}two`, false);
    expect(difference?.expected).toContain("one");
    expect(difference?.found).toContain("two");
  });
});

/** Rows as a database gives them. */
function tableOf(rows: readonly Readonly<Record<string, unknown>>[]): Table {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
}

function differencesInAnyOrder(rows: readonly Readonly<Record<string, unknown>>[], found: Table) {
  return differencesOfRows({ sql: "", rows, inAnyOrder: true }, found);
}

describe("rows in any sequence", () => {
  const bigint = (value: number) => ColumnValue.ofInteger(String(value));

  it("are met by every permutation, also where one fits several", () => {
    const rows = [{ id: 1 }, {}, { id: 2, b: true }, { b: 1 }];
    const found = [
      { id: bigint(1), b: bigint(1) },
      { id: bigint(1), b: bigint(2) },
      { id: bigint(2), b: bigint(1) },
      { id: bigint(3), b: bigint(3) },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(found, { minLength: 4 }), (shuffled) => {
        expect(differencesInAnyOrder(rows, tableOf(shuffled))).toEqual([]);
      }),
    );
  });

  it("are paired whenever that is possible, and never otherwise, whatever is equal and whatever fits several", () => {
    const cell = fc.constantFrom(0, 1, 2);
    const expected = fc.array(fc.record({ a: cell, b: cell, c: cell }, { requiredKeys: [] }), { maxLength: 5 });
    const found = fc.array(fc.record({ a: cell, b: cell, c: cell }), { maxLength: 5 });
    fc.assert(
      fc.property(expected, found, (rows, others) => {
        const left = differencesInAnyOrder(rows, tableOf(others));
        const most = mostPairs(rows, others);
        expect(left.filter((it) => it.expected !== "")).toHaveLength(rows.length - most);
        expect(left.filter((it) => it.found !== "")).toHaveLength(others.length - most);
      }),
      { numRuns: 2_000 },
    );
  });

  const many = (count: number, row: (at: number) => Readonly<Record<string, unknown>>) =>
    Array.from({ length: count }, (_, at) => row(at));
  const docs = (at: number) => ({ doc: { list: [{ id: at }], of: "all" } });

  it.each([
    ["equal rows", many(5_000, () => ({ a: 1 })), many(5_000, () => ({ a: 1 })), 0],
    ["equal rows, some of them others", many(5_000, () => ({ a: 1 })), many(5_000, (at) => ({ a: at % 5 })), 8_000],
    ["equal rows of others", many(5_000, () => ({ a: 1 })), many(5_000, (at) => ({ id: at, a: 1 })), 0],
    ["other rows", many(5_000, (at) => ({ id: at })), many(5_000, (at) => ({ id: 4_999 - at })), 0],
    [
      "rows of which none is there",
      many(5_000, (id) => ({ id, a: 1 })),
      many(5_000, (id) => ({ id: -1 - id, a: 1 })),
      10_000,
    ],
    [
      "rows of which one is away",
      many(5_000, (id) => ({ id, a: id % 3 })),
      many(4_999, (id) => ({ id, a: id % 3 })),
      1,
    ],
    ["documents", many(5_000, docs), many(5_000, (at) => docs(4_999 - at)), 0],
    ["rows and less of them", many(2_000, (a) => (a % 2 ? { a } : {})), many(2_000, (at) => ({ a: 1_999 - at })), 0],
  ])("that are thousands are compared, which would take minutes pair by pair: %s", (_, rows, found, differences) => {
    const told = differencesInAnyOrder(rows, tableOf(found));
    expect(told.filter((it) => !/^\d+ rows$/.test(it.expected))).toHaveLength(differences);
  });

  it("are given up where they are too many and too alike, and are not met then", () => {
    const rows = many(8_192, (at) => Object.fromEntries([...at.toString(2).padStart(13, "0")].entries()));
    expect(() => differencesInAnyOrder(rows, tableOf(rows.toReversed()))).toThrow("ORDER BY");
    expect(differencesInAnyOrder(rows, tableOf(rows.slice(1)))).toEqual([
      { at: "rows", expected: "8192 rows", found: "8191 rows" },
    ]);
  });
});

/** By trying all of it. */
function mostPairs(rows: readonly object[], found: readonly object[]): number {
  const [row, ...others] = rows;
  if (!row) return 0;
  const pairs = found.flatMap((it, at) =>
    Object.entries(row).every(([key, value]) => (it as Record<string, unknown>)[key] === value)
      ? [1 + mostPairs(others, found.toSpliced(at, 1))]
      : [],
  );
  return Math.max(mostPairs(others, found), ...pairs);
}

describe("columns", () => {
  const twice = { columns: ["count", "count"], rows: [[ColumnValue.ofNumber("2"), ColumnValue.ofNumber("7")]] };

  it("of one name are both there", () => {
    expect(differencesOfRows({ sql: "", value: 7 }, twice)).toEqual([
      { at: "value", expected: "7", found: '2 columns: ["2", "7"]' },
    ]);
    expect(() => differencesOfRows({ sql: "", rows: [{ count: 7 }] }, twice)).toThrow(
      "two columns have the name count",
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

describe("a regular expression that takes Node's engine for ever", () => {
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
