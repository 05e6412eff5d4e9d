// Values whose column's type lets a file say them in other words than the driver: 90 for "90.00", true for 1. The type
// decides: a text that looks like a number is a text.
import { decimalOf } from "../decimal.js";
import { parseJson } from "../json.js";

export class ColumnValue {
  /** In the driver's words, in which it is told. */
  readonly given: string | number;
  /** What a file may say for it as well. */
  readonly also: readonly (number | boolean)[];
  /** The keys or the list that it is a text of. */
  readonly document: unknown;

  private constructor(given: string | number, also: readonly (number | boolean)[], document?: unknown) {
    this.given = given;
    this.also = also;
    this.document = document;
  }

  /** bigint and decimal, of which drivers give texts: JavaScript may not keep their digits. */
  static ofNumber(text: string): ColumnValue {
    return new ColumnValue(text, numbersOf(text));
  }

  /** Of databases whose true is 1. */
  static ofInteger(value: string | number): ColumnValue {
    return new ColumnValue(value, [...numbersOf(String(value)), ...truthsOf(Number(value))]);
  }

  /** The same of bits, as PostgreSQL writes bytes. */
  static ofBits(bytes: string): ColumnValue {
    return new ColumnValue(bytes, truthsOf(Number(bytes.replace("\\x", "0x"))));
  }

  /** Of databases that keep JSON as texts. */
  static ofDocument(text: string): ColumnValue {
    return new ColumnValue(text, [], documentOf(text));
  }
}

function numbersOf(text: string): readonly number[] {
  const number = Number(text);
  return Number.isFinite(number) && decimalOf(text) === decimalOf(String(number)) ? [number] : [];
}

function truthsOf(number: number): readonly boolean[] {
  return number === 0 || number === 1 ? [number === 1] : [];
}

function documentOf(text: string): unknown {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
