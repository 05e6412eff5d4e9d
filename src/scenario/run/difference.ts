// What is not as it was expected, place by place. Pure.

import { describeBoth, describeValue } from "../check/describe.js";
import { parseJson } from "../json.js";

/** A place at which something else was found; both as texts. */
export interface Difference {
  /** Such as `rows[0].balance`. */
  readonly at: string;
  /** Empty where nothing was expected. */
  readonly expected: string;
  /** Empty where nothing was found. */
  readonly found: string;
}

export interface Comparing {
  /** Nothing may be there but what is named. */
  readonly exact: boolean;
  /**
   * By columns' values: a number fits a text that writes it, since drivers give bigint and decimal as texts; true and
   * false fit 1 and 0; lists and keys fit a text of JSON.
   */
  readonly ofRows: boolean;
}

export function differencesOf(at: string, expected: unknown, found: unknown, how: Comparing): readonly Difference[] {
  if (Array.isArray(expected)) return ofLists(at, expected, readAs(found, how), how);
  if (isObject(expected)) return ofObjects(at, expected, readAs(found, how), how);
  return isSame(expected, found, how) ? [] : [difference(at, expected, found)];
}

function ofLists(at: string, expected: readonly unknown[], found: unknown, how: Comparing): readonly Difference[] {
  if (!Array.isArray(found)) return [difference(at, expected, found)];
  const length = Math.max(expected.length, found.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const place = `${at}[${index}]`;
    if (index >= found.length) return [{ at: place, expected: describeValue(expected[index]), found: "" }];
    if (index >= expected.length) return [{ at: place, expected: "", found: describeValue(found[index]) }];
    return differencesOf(place, expected[index], found[index], how);
  });
}

function ofObjects(at: string, expected: object, found: unknown, how: Comparing): readonly Difference[] {
  if (!isObject(found)) return [difference(at, expected, found)];
  const own = Object.entries(expected).flatMap(([key, value]) =>
    Object.hasOwn(found, key)
      ? differencesOf(`${at}.${key}`, value, (found as Record<string, unknown>)[key], how)
      : [{ at: `${at}.${key}`, expected: describeValue(value), found: "" }],
  );
  if (!how.exact) return own;
  const others = Object.entries(found).filter(([key]) => !Object.hasOwn(expected, key));
  return [...own, ...others.map(([key, value]) => ({ at: `${at}.${key}`, expected: "", found: describeValue(value) }))];
}

function isSame(expected: unknown, found: unknown, { ofRows }: Comparing): boolean {
  if (Object.is(expected, found) || expected === found) return true;
  if (!ofRows) return false;
  if (typeof expected === "boolean") return found === Number(expected);
  return typeof expected === "number" && typeof found === "string" && decimal(String(expected)) === decimal(found);
}

// 90 and 90.00 are one number, whatever zeros a column's scale adds. What is no decimal equals nothing but itself.
function decimal(text: string): string {
  const [, sign = "", whole = "", part = ""] = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(withoutExponent(text)) ?? [];
  if (whole === "") return `no decimal: ${text}`;
  const digits = part === "" ? whole : `${whole}.${part}`;
  return digits === "0" ? "0" : sign + digits;
}

// 1e+30 and 1e-7, as JavaScript and columns of floats write them, with all their digits. No number has more than 400
// places, and a text that says so is not to fill the memory.
function withoutExponent(text: string): string {
  const [, sign = "", whole = "", part = "", exponent = ""] = /^(-?)(\d+)(?:\.(\d+))?e([-+]?\d+)$/i.exec(text) ?? [];
  const shift = Number(exponent);
  if (whole === "" || Math.abs(shift) > 400) return text;
  const point = whole.length + shift;
  const digits = `${"0".repeat(Math.max(0, 1 - point))}${whole}${part}`.padEnd(point, "0");
  const at = Math.max(1, point);
  return `${sign}${digits.slice(0, at)}${at < digits.length ? `.${digits.slice(at)}` : ""}`;
}

function readAs(found: unknown, { ofRows }: Comparing): unknown {
  if (!ofRows || typeof found !== "string") return found;
  try {
    return parseJson(found);
  } catch {
    return found;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function difference(at: string, expected: unknown, found: unknown): Difference {
  if (found === undefined) return { at, expected: describeValue(expected), found: "" };
  const [wanted, is] = describeBoth(expected, found);
  return { at, expected: wanted, found: is };
}
