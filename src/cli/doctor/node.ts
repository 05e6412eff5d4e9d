import { mistakeOfNode } from "../../core/node-version.js";
import type { Finding, Patient } from "./finding.js";

/** From which Node on hooks into ES modules need no thread, by major version. */
const synchronousFrom: Readonly<Record<number, readonly [minor: number, patch: number]>> = {
  22: [22, 3],
  24: [11, 1],
  25: [1, 0],
};

export function checkNode({ node }: Patient): Finding {
  const mistake = mistakeOfNode(node);
  if (mistake) return { check: "node", level: "problem", text: mistake, remedy: "Install Node 24." };
  if (hasSynchronousHooks(node)) return { check: "node", level: "fine", text: node };
  return {
    check: "node",
    level: "note",
    text: `${node} hooks into ES modules by a thread, and misses modules that require() has loaded before.`,
    remedy: "Node 22.22.3, 24.11.1 and later do without.",
  };
}

function hasSynchronousHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (major >= 26) return true;
  const [leastMinor, leastPatch] = synchronousFrom[major] ?? [Infinity, 0];
  return minor > leastMinor || (minor === leastMinor && patch >= leastPatch);
}
