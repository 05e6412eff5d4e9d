import { distance } from "fastest-levenshtein";

/** A file may name thousands, and be wrong as often: more are neither compared nor told. */
const mostCompared = 200;
const mostNamed = 20;
const longestCompared = 100;
const mostApart = 3;

/** The name that was probably meant, as a sentence with a blank in front; empty where none is near. */
export function hintOf(wrong: string, known: readonly string[]): string {
  const nearest = nearestOf(wrong, known);
  return nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
}

export function nearestOf(wrong: string, known: readonly string[]): string | undefined {
  if (wrong.length > longestCompared) return undefined;
  const alike = known.filter(({ length }) => Math.abs(length - wrong.length) <= mostApart).slice(0, mostCompared);
  const [nearest] = alike
    .map((name) => ({ name, apart: name.toLowerCase() === wrong.toLowerCase() ? 0 : distance(name, wrong) }))
    .sort((one, other) => one.apart - other.apart);
  if (nearest === undefined) return undefined;
  const { name, apart } = nearest;
  return apart <= Math.max(1, Math.min(mostApart, name.length / 2)) ? name : undefined;
}

/** Names as a message tells them, as a sentence. */
export function thereAre(names: readonly string[]): string {
  return `There ${names.length === 1 ? "is only" : "are"} ${listed(names)}.`;
}

/** Names as a message tells them. */
export function listed(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(", ")} and ${more} more` : names.join(", ");
}
