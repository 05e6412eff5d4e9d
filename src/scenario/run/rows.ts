// A query's rows against those that are expected. Pure.
import { describeValue } from "../check/describe.js";
import type { Row } from "../databases/database.js";
import type { SqlExpectation } from "../model.js";
import { type Comparing, type Difference, differencesOf } from "./difference.js";

export function differencesOfRows(expectation: SqlExpectation, found: readonly Row[]): readonly Difference[] {
  const { rows, value, inAnyOrder = false, exact = false } = expectation;
  const how = { exact, ofRows: true };
  if (rows === undefined) return ofValue(value, found, how);
  // Row by row says least where one is missing at the start.
  if (inAnyOrder || rows.length !== found.length) return ofSets(rows, found, how, inAnyOrder);
  return differencesOf("rows", rows, found, how);
}

function ofValue(value: unknown, found: readonly Row[], how: Comparing): readonly Difference[] {
  const [row = {}] = found;
  const values = Object.values(row);
  if (found.length === 1 && values.length === 1) return differencesOf("value", value, values[0], how);
  const what = found.length === 1 ? `${values.length} columns: ${describeValue(row)}` : `${found.length} rows`;
  return [{ at: "value", expected: describeValue(value), found: what }];
}

function ofSets(
  rows: readonly Row[],
  found: readonly Row[],
  how: Comparing,
  inAnyOrder: boolean,
): readonly Difference[] {
  const pairs = matchingOf(rows.length, found.length, (row, at) => {
    return differencesOf("", rows[row], found[at], how).length === 0;
  });
  const missing = rows.filter((_, row) => ![...pairs.values()].includes(row));
  const others = found.filter((_, at) => !pairs.has(at));
  const differences = [
    ...missing.map((row) => ({ at: "rows", expected: describeValue(row), found: "" })),
    ...others.map((row) => ({ at: "rows", expected: "", found: describeValue(row) })),
  ];
  if (rows.length === found.length || inAnyOrder) return differences;
  return [{ at: "rows", expected: countOf(rows), found: countOf(found) }, ...differences];
}

/**
 * Pairs as many as possible: a row that fits several must not take the only one that another fits (Kuhn's algorithm for
 * bipartite matching, H. W. Kuhn, "The Hungarian Method", 1955).
 * @returns expected rows by the found ones
 */
function matchingOf(
  rows: number,
  found: number,
  fits: (row: number, at: number) => boolean,
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const place = (row: number, tried: Set<number>): boolean => {
    for (let at = 0; at < found; at += 1) {
      if (tried.has(at) || !fits(row, at)) continue;
      tried.add(at);
      const other = pairs.get(at);
      if (other === undefined || place(other, tried)) {
        pairs.set(at, row);
        return true;
      }
    }
    return false;
  };
  for (let row = 0; row < rows; row += 1) place(row, new Set());
  return pairs;
}

function countOf({ length }: readonly Row[]): string {
  return length === 1 ? "1 row" : `${length} rows`;
}
