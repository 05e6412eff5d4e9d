import { distance } from "fastest-levenshtein";

/** The name that was probably meant, as a sentence with a blank in front; empty where none is near. */
export function hintOf(wrong: string, known: readonly string[]): string {
  const [nearest] = known.toSorted((one, other) => distance(one, wrong) - distance(other, wrong));
  if (nearest === undefined) return "";
  return distance(nearest, wrong) <= Math.max(1, Math.min(3, nearest.length / 2)) ? ` Did you mean "${nearest}"?` : "";
}
