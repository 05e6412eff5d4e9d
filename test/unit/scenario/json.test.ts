// Numbers of JSON keep all their digits.
import { expect, it } from "vitest";
import { decimalOf } from "../../../src/scenario/decimal.ts";
import { parseJson } from "../../../src/scenario/json.ts";

it("keeps numbers of more digits than JavaScript's as texts, and everything else as JSON.parse does", () => {
  const text =
    '{"id": 9007199254740993, "ids": [-12345678901234567890, 9007199254740991, 1.50, 1e30, -0.0], "t": "1", "n": null}';
  expect(parseJson(text)).toEqual({
    id: "9007199254740993",
    ids: ["-12345678901234567890", 9007199254740991, 1.5, 1e30, -0],
    t: "1",
    n: null,
  });
  expect(parseJson("[12345678901234567.89, 9007199254740993.0, 9.007199254740993e15, 1e-400, 1e400]")).toEqual([
    "12345678901234567.89",
    "9007199254740993.0",
    "9.007199254740993e15",
    "1e-400",
    "1e400",
  ]);
  expect(() => parseJson("{")).toThrow(SyntaxError);
});

it.each([
  ["90", "90.00", "9e1", "+090", "900.0E-1", "0.09e+3"],
  ["0", "-0", "0.00", "0e7", ".0"],
  ["-0.5", "-.5", "-00.50", "-5e-1"],
])("takes %s and all that write it for one number", (...texts) => {
  expect(new Set(texts.map(decimalOf)).size).toBe(1);
});

it("reads no number where none is written, and a long one, which would take hours digit by digit", () => {
  for (const text of ["", ".", "-", "e1", "1e", "1.2.3", "0x10", "NaN", " 1", "1 ", "٣"])
    expect(decimalOf(text)).toBe(undefined);
  for (const end of ["", "1", "x"]) decimalOf(`1.${"0".repeat(1_000_000)}${end}`);
  parseJson(`[${"1".repeat(1_000_000)}, 0.${"0".repeat(1_000_000)}1]`);
});
