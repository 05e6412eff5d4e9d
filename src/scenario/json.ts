// JSON as a scenario's file can say it: numbers that JavaScript would round are texts, as drivers give them.
import { isKept } from "./decimal.js";

/** With the text that stands there (TC39's "JSON.parse source text access", which Node 22 has). */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** @throws {SyntaxError} */
export function parseJson(text: string): unknown {
  const revive: Reviver = (_, value, { source = "" }) =>
    typeof value === "number" && !isKept(source, value) ? source : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}
