import { expect, it } from "vitest";
import type { TextPattern } from "../../../src/core/model.ts";
import { nearestOf } from "../../../src/core/nearest.ts";

function nearest(pattern: TextPattern | string, ...names: readonly string[]): string | undefined {
  const wanted: TextPattern =
    typeof pattern !== "string"
      ? pattern
      : /[*?]/.test(pattern)
        ? { type: "glob", glob: pattern }
        : { type: "exact", text: pattern };
  return nearestOf(wanted, new Map(names.map((name) => [name, name])))?.[0];
}

it.each([
  ["the same in another case", "GET", ["POST", "get"], "get"],
  ["that contains it", "SELECT *", ["POST", "pg.query:SELECT hnew"], "pg.query:SELECT hnew"],
  ["that it contains", "GET /seats/{id}", ["POST /seat/{id}", "GET"], "GET"],
  ["with the same last word", "POST /reserve", ["tickets", "seats.take and reserve"], "seats.take and reserve"],
  [
    "that differs only at its end",
    "pg.query:UPDATE bank",
    ["pg.query:SELECT bank", "pg.query:UPDATE banks"],
    "pg.query:UPDATE banks",
  ],
  [
    "of the same kind of call",
    "pg.query:INSERT",
    ["POST", "pg-pool.connect", "pg.query:SELECT bank"],
    "pg.query:SELECT bank",
  ],
] as const)("finds the name %s", (_, wanted, names, found) => {
  expect(nearest(wanted, ...names)).toBe(found);
});

it.each([
  ["no word and few letters are the same", "take", ["POST", "evalsha"]],
  ["a name is only a part of a word", "pg.query:SELECT budget", ["GET"]],
  ["nothing was seen", "read", []],
  ["every letter may be another", "???", ["POST"]],
] as const)("finds nothing where %s", (_, wanted, names) => {
  expect(nearest(wanted, ...names)).toBeUndefined();
});

it("finds nothing for a regular expression", () => {
  expect(nearest({ type: "regexp", source: "read", flags: "" }, "read")).toBeUndefined();
});
