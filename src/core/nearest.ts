// The name that somebody probably meant.
import { distance } from "fastest-levenshtein";
import type { TextPattern } from "./model.js";

/** Names that differ in a greater part of the longer one are not near. */
const mostDiffering = 0.6;

/** The nearest of some names, with what is known by it, if one is near. A regular expression is near to nothing. */
export function nearestOf<T>(pattern: TextPattern, names: ReadonlyMap<string, T>): readonly [string, T] | undefined {
  if (pattern.type === "regexp") return undefined;
  const wanted = (pattern.type === "exact" ? pattern.text : pattern.glob.replace(/[*?]+/g, " ").trim()).toLowerCase();
  const known = [...names].map((entry) => ({ entry, name: entry[0].toLowerCase() }));
  const nested = known.filter(({ name }) => contains(wanted, name) || contains(name, wanted));
  const [nearest] = (nested.length > 0 ? nested : known.filter(({ name }) => isNear(wanted, name))).sort(
    (one, other) => farness(wanted, one.name) - farness(wanted, other.name),
  );
  return nearest?.entry;
}

// Word by word: the verb of "GET" is no part of "budget".
function contains(text: string, part: string): boolean {
  const words = wordsOf(part);
  return words.length > 0 && ` ${wordsOf(text).join(" ")} `.includes(` ${words.join(" ")} `);
}

function isNear(wanted: string, name: string): boolean {
  return sharedEnd(wanted, name) > 0 || distance(wanted, name) <= mostDiffering * Math.max(wanted.length, name.length);
}

// Names are built from the general to the special, so what two have in common at their start counts most; then their
// last word, which tells what they are about.
function farness(wanted: string, name: string): number {
  const differs = [...wanted].findIndex((character, at) => character !== name[at]);
  return distance(wanted, name) - sharedEnd(wanted, name) - (differs < 0 ? wanted.length : differs);
}

/** The length of the last word, if both have the same. */
function sharedEnd(one: string, other: string): number {
  const last = wordsOf(one).at(-1);
  return last !== undefined && last === wordsOf(other).at(-1) ? last.length : 0;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
