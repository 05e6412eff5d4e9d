// What is not as it was expected, place by place. Pure.

import { describeBoth, describeValue } from "../check/describe.js";
import { ColumnValue } from "../databases/column-value.js";

/** A place at which something else was found; both as texts. */
export interface Difference {
  /** Such as `rows[0].balance`. */
  readonly at: string;
  /** Empty where nothing was expected. */
  readonly expected: string;
  /** Empty where nothing was found. */
  readonly found: string;
}

/** @param exact nothing may be there but what is named */
export function differencesOf(at: string, expected: unknown, found: unknown, exact: boolean): readonly Difference[] {
  if (Array.isArray(expected)) return ofLists(at, expected, documentOf(found), exact);
  if (isObject(expected)) return ofObjects(at, expected, documentOf(found), exact);
  return isSame(expected, found) ? [] : [difference(at, expected, found)];
}

function ofLists(at: string, expected: readonly unknown[], found: unknown, exact: boolean): readonly Difference[] {
  if (!Array.isArray(found)) return [difference(at, expected, found)];
  const length = Math.max(expected.length, found.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const place = `${at}[${index}]`;
    if (index >= found.length) return [{ at: place, expected: describeValue(expected[index]), found: "" }];
    if (index >= expected.length) return [{ at: place, expected: "", found: describeFound(found[index]) }];
    return differencesOf(place, expected[index], found[index], exact);
  });
}

function ofObjects(at: string, expected: object, found: unknown, exact: boolean): readonly Difference[] {
  if (!isObject(found)) return [difference(at, expected, found)];
  const own = Object.entries(expected).flatMap(([key, value]) =>
    Object.hasOwn(found, key)
      ? differencesOf(`${at}.${key}`, value, (found as Record<string, unknown>)[key], exact)
      : [{ at: `${at}.${key}`, expected: describeValue(value), found: "" }],
  );
  if (!exact) return own;
  const others = Object.entries(found).filter(([key]) => !Object.hasOwn(expected, key));
  return [...own, ...others.map(([key, value]) => ({ at: `${at}.${key}`, expected: "", found: describeFound(value) }))];
}

// What a JSON column has is no ColumnValue: there nothing fits but itself.
function isSame(expected: unknown, found: unknown): boolean {
  if (found instanceof ColumnValue) return expected === found.given || found.also.some((it) => it === expected);
  return expected === found;
}

function documentOf(found: unknown): unknown {
  return found instanceof ColumnValue ? (found.document ?? found.given) : found;
}

/** A value that was found, as it is told. */
export function describeFound(found: unknown): string {
  return describeValue(givenOf(found));
}

function givenOf(found: unknown): unknown {
  if (found instanceof ColumnValue) return found.given;
  if (Array.isArray(found)) return found.map(givenOf);
  if (!isObject(found)) return found;
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, givenOf(value)]));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function difference(at: string, expected: unknown, found: unknown): Difference {
  if (found === undefined) return { at, expected: describeValue(expected), found: "" };
  const [wanted, is] = describeBoth(expected, givenOf(found));
  return { at, expected: wanted, found: is };
}
