// YAML 1.2, and so JSON, as a tree of values with places. What is unsafe or means two things is a mistake.
import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type Node as YamlNode } from "yaml";
import type { Mistake } from "./mistake.js";
import type { Source, Span } from "./source.js";
import { describeSyntax } from "./syntax.js";
import type { Entry, Node } from "./tree.js";

/** Values that aliases may add: a file of a few lines can ask for more than fit into memory. */
const mostAliased = 10_000;
const deepest = 100;

/** The tree, where there is one, and all that is wrong with the text as YAML. */
export interface Parsed {
  readonly root: Node | undefined;
  readonly mistakes: readonly Mistake[];
}

export function parse({ text }: Source): Parsed {
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true, logLevel: "error" });
  const problems = [...document.errors, ...document.warnings];
  const mistakes = problems.map(({ code, message, pos: [start, end] }): Mistake => {
    return {
      span: { start, end },
      message: describeSyntax(code, message, text.slice(start).split(/\r?\n/, 1)[0] ?? ""),
    };
  });
  if (mistakes.length > 0) return { root: undefined, mistakes };
  if (document.contents === null) {
    const message = "Expected a scenario: starters and their order; the file is empty.";
    return { root: undefined, mistakes: [{ span: { start: 0, end: 0 }, message }] };
  }
  const planter = new Planter(document);
  return { root: planter.plant(document.contents as YamlNode, []), mistakes: planter.mistakes };
}

class Planter {
  readonly mistakes: Mistake[] = [];
  readonly #document: Document.Parsed;
  #aliased = 0;

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  /** @param above what it is in: an alias to one of them never ends */
  plant(node: YamlNode | null, above: readonly YamlNode[], place?: Span): Node {
    const span = place ?? spanOf(node);
    const nothing = { type: "scalar", span, value: null } as const;
    if (node === null) return nothing;
    if (above.length > deepest) return this.#refuse(nothing, `It is nested more than ${deepest} levels deep.`);
    if (place && ++this.#aliased > mostAliased) {
      if (this.#aliased > mostAliased + 1) return nothing;
      return this.#refuse(nothing, `Aliases repeat more than ${mostAliased.toLocaleString("en")} values.`);
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document) as YamlNode | undefined;
      if (!target) return this.#refuse(nothing, `No anchor &${node.source} comes before this alias.`);
      if (above.includes(target))
        return this.#refuse(nothing, `The alias *${node.source} is part of what it stands for.`);
      return this.plant(target, above, span);
    }
    const inside = [...above, node];
    if (isSeq<YamlNode | null>(node))
      return { type: "list", span, items: node.items.map((item) => this.plant(item, inside, place)) };
    if (isMap<YamlNode, YamlNode | null>(node)) {
      const entries = node.items.map(({ key, value }): Entry => {
        const keySpan = place ?? spanOf(key);
        const name = isScalar(key) ? String(key.value) : "";
        return { key: name, keySpan, value: this.plant(value, inside, place ?? (value ? undefined : keySpan)) };
      });
      return { type: "map", span, entries };
    }
    return { type: "scalar", span, value: isScalar(node) ? this.#scalar(node.value, node.source, span) : null };
  }

  #scalar(value: unknown, source: string | undefined, span: Span): string | number | boolean | null {
    if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
    if (typeof value !== "number") {
      this.mistakes.push({ span, message: "Expected a text, a number, true, false or null." });
      return null;
    }
    if (!Number.isFinite(value)) this.mistakes.push({ span, message: "Expected a number that JSON has too." });
    else if (
      /^[-+]?(\d+|0x[\da-f]+|0o[0-7]+)$/i.test(source ?? "") &&
      !Number.isSafeInteger(value) &&
      Number.isInteger(value)
    )
      this.mistakes.push({ span, message: "The number is too large to be kept exactly. Put it in quotes." });
    return value;
  }

  #refuse(node: Node, message: string): Node {
    this.mistakes.push({ span: node.span, message });
    return node;
  }
}

function spanOf(node: YamlNode | null): Span {
  const [start = 0, end = start] = node?.range ?? [];
  return { start, end };
}
