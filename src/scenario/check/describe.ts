// Values as messages tell them: as YAML has them in one line.
import type { Node } from "../file/tree.js";

/** What a message tells of a text. */
const longest = 60;

export function describeFound(node: Node): string {
  if (node.type === "list") return "a list";
  if (node.type === "map") return "keys and values";
  if (node.value === null) return "nothing";
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
