// Options that make no sense: a misspelt one would pass in silence, and the test would prove something else.
import { distance } from "fastest-levenshtein";
import { describeGiven } from "../core/describe.js";
import { UsageError } from "../core/errors.js";
import { longestMs } from "../real-time.js";

/**
 * @param what whose options they are, as a test writes it, such as `gateway.service()`
 * @throws {UsageError} BadOption, for what is no object or has a key that is not known
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new UsageError("BadOption", `${what} takes its options as an object; it got ${String(options)}.`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const [nearest = ""] = known.toSorted((one, other) => distance(one, unknown) - distance(other, unknown));
  const hint = distance(nearest, unknown) <= 3 ? ` Did you mean "${nearest}"?` : "";
  throw new UsageError("BadOption", `${what} has no option "${unknown}".${hint} It has: ${known.join(", ")}.`);
}

/**
 * @param limits times in milliseconds, by their options' names
 * @throws {UsageError} BadOption, for what no timer can wait
 */
export function checkLimits(limits: Readonly<Record<string, number>>): void {
  const bad = Object.entries(limits).find(([, value]) => !Number.isInteger(value) || value < 1 || value > longestMs);
  if (!bad) return;
  const [name, value] = bad;
  throw new UsageError(
    "BadOption",
    `${name} must be a whole number of milliseconds from 1 to ${longestMs}; it is ${describeGiven(value)}.`,
  );
}
