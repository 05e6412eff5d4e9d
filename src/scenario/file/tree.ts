// A file's values, each with its place. YAML's own features, such as aliases, are behind it.
import type { Span } from "./source.js";

export type Scalar = string | number | boolean | null;

export type Node =
  | { readonly type: "map"; readonly span: Span; readonly entries: readonly Entry[] }
  | { readonly type: "list"; readonly span: Span; readonly items: readonly Node[] }
  | { readonly type: "scalar"; readonly span: Span; readonly value: Scalar }
  /** What its text means has been told to be a mistake: nothing that would only follow from it is told. */
  | { readonly type: "unknown"; readonly span: Span };

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
}

/** The way to a value: keys and indices. */
export type Path = readonly (string | number)[];

/** The value without its places. */
export function plainOf(node: Node): unknown {
  switch (node.type) {
    case "unknown":
      return null;
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(plainOf);
    case "map":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]));
  }
}

/** The value at the end of a path, if there is one. */
export function nodeAt(root: Node | undefined, ...path: Path): Node | undefined {
  return path.reduce<Node | undefined>((node, step) => node && childOf(node, step), root);
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.type === "map" ? node.entries : [];
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.type === "list" ? node.items : [];
}

export function textOf(node: Node | undefined): string | undefined {
  return node?.type === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** The same tree with other texts. */
export function mapTexts(node: Node, change: (text: string, path: Path, span: Span) => Scalar, path: Path = []): Node {
  switch (node.type) {
    case "unknown":
      return node;
    case "scalar":
      return typeof node.value === "string" ? { ...node, value: change(node.value, path, node.span) } : node;
    case "list":
      return { ...node, items: node.items.map((item, at) => mapTexts(item, change, [...path, at])) };
    case "map":
      return {
        ...node,
        entries: node.entries.map((entry) => ({
          ...entry,
          value: mapTexts(entry.value, change, [...path, entry.key]),
        })),
      };
  }
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (node.type === "list") return typeof step === "number" ? node.items[step] : undefined;
  return node.type === "map" ? node.entries.find(({ key }) => key === step)?.value : undefined;
}
