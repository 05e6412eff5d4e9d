// The sections of a file whose keys are names, and whether these are known: where a section's own mistake is told,
// whatever names it has seem to be missing.
import { entriesOf, type Node, nodeAt } from "../file/tree.js";
import { nearestOf } from "./hint.js";
import { scenarioSchema } from "./schema.js";

/** @returns `undefined` where the section is told to be misnamed, missing, or no keys and values */
export function namesIn(root: Node, section: "starters" | "services" | "databases"): readonly string[] | undefined {
  const node = nodeAt(root, section);
  const names = [...new Set(entriesOf(node).map(({ key }) => key))];
  if (names.length > 0) return names;
  // A file without starters is told as that.
  const isTold = node ? node.type !== "map" : isMisnamed(root, section);
  return isTold || section === "starters" ? undefined : [];
}

export function isSection(key: unknown): boolean {
  return sections().some((it) => it === key);
}

function isMisnamed(root: Node, section: string): boolean {
  return entriesOf(root).some(({ key, value }) => {
    if (isSection(key)) return false;
    const meant = nearestOf(key, sections());
    return meant === undefined ? value.type === "map" : meant === section;
  });
}

function sections(): readonly string[] {
  return Object.keys(scenarioSchema().$defs?.["scenario"]?.properties ?? {});
}
