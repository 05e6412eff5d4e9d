// A query's rows against those that are expected. Pure.
import { describeValue } from "../check/describe.js";
import type { Table } from "../databases/database.js";
import type { SqlExpectation } from "../model.js";
import { type Difference, describeFound, differencesOf } from "./difference.js";
import { pair, type Row } from "./pairing.js";

/** @throws where the rows cannot be told from each other, or not in time */
export function differencesOfRows(expectation: SqlExpectation, table: Table): readonly Difference[] {
  const { rows, value, inAnyOrder = false, exact = false } = expectation;
  if (rows === undefined) return ofValue(value, table, exact);
  const found = rowsOf(table);
  // Row by row says least where one is missing at the start.
  if (inAnyOrder || rows.length !== found.length) return ofSets(rows, found, exact, inAnyOrder);
  return differencesOf("rows", rows, found, exact);
}

function ofValue(value: unknown, { columns, rows }: Table, exact: boolean): readonly Difference[] {
  const [row = []] = rows;
  if (rows.length === 1 && columns.length === 1) return differencesOf("value", value, row[0], exact);
  const what = rows.length === 1 ? `${columns.length} columns: ${describeFound(row)}` : countOf(rows);
  return [{ at: "value", expected: describeValue(value), found: what }];
}

function rowsOf({ columns, rows }: Table): readonly Row[] {
  const twice = columns.find((name, at) => columns.indexOf(name) < at);
  if (twice !== undefined) throw new Error(`two columns have the name ${twice}. Give one another name, by AS.`);
  return rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
}

function ofSets(
  rows: readonly Row[],
  found: readonly Row[],
  exact: boolean,
  inAnyOrder: boolean,
): readonly Difference[] {
  const unpaired = pair(rows, found, exact);
  if (!unpaired && inAnyOrder && rows.length === found.length)
    throw new Error("the rows are too many and too alike to be compared in any order. Ask with ORDER BY instead.");
  const differences = [
    ...(unpaired?.expected ?? []).map((row) => ({ at: "rows", expected: describeValue(row), found: "" })),
    ...(unpaired?.found ?? []).map((row) => ({ at: "rows", expected: "", found: describeFound(row) })),
  ];
  if (rows.length === found.length || (inAnyOrder && unpaired)) return differences;
  return [{ at: "rows", expected: countOf(rows), found: countOf(found) }, ...differences];
}

function countOf({ length }: readonly unknown[]): string {
  return length === 1 ? "1 row" : `${length} rows`;
}
