// Values as messages tell them: as YAML has them in one line.
import type { Node } from "../file/tree.js";

/** What a message tells of a text. */
const longest = 60;

export function describeFound(node: Node): string {
  if (node.type === "list") return "a list";
  if (node.type === "map") return "keys and values";
  if (node.type === "unknown" || node.value === null) return "nothing";
  if (typeof node.value === "string") return `the text ${quoted(node.value)}`;
  return typeof node.value === "number" ? `the number ${node.value}` : String(node.value);
}

export function quoted(text: string): string {
  return JSON.stringify(clip(text));
}

/** A value in YAML's flow style, clipped. */
export function describeValue(value: unknown): string {
  return clip(flow(value));
}

/** Two values that differ: of long texts the part from where they do. */
export function describeBoth(one: unknown, other: unknown): readonly [one: string, other: string] {
  const [first, second] = [flow(one), flow(other)];
  if (first.length <= longest && second.length <= longest) return [first, second];
  const apart = [...first].findIndex((character, at) => character !== second[at]);
  const from = apart > longest / 2 ? apart - 10 : 0;
  const cut = (text: string) => clip(from === 0 ? text : `…${text.slice(from)}`);
  return [cut(first), cut(second)];
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, it]) => `${flow(key)}: ${flow(it)}`);
    return pairs.length > 0 ? `{ ${pairs.join(", ")} }` : "{}";
  }
  if (typeof value !== "string") return String(value);
  return isPlain(value) ? value : JSON.stringify(value);
}

// A text that YAML would take for something else is quoted: "90" is no number.
function isPlain(text: string): boolean {
  return /^[A-Za-z_$/][\w ./:$(){}*@\\+-]*$/.test(text) && !/: |:$| $|^(true|false|null)$/i.test(text);
}

function clip(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
