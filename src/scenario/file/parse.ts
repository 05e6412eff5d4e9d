// YAML 1.2, and so JSON, as a tree of values with places. What is unsafe or means two things is a mistake.
import { type Alias, isAlias, isCollection, isMap, isScalar, isSeq, parseDocument, type Node as YamlNode } from "yaml";
import { type Mistake, mostCollected } from "./mistake.js";
import type { Source, Span } from "./source.js";
import { describeSyntax } from "./syntax.js";
import type { Entry, Node } from "./tree.js";

/** Values that aliases may add: a file of a few lines can ask for more than fit into memory. */
const mostAliased = 10_000;
/** Characters that aliases may add: one long text can be meant as often. */
const mostAliasedText = 1_048_576;
const deepest = 100;
/** What a message looks at of a line, which may be the whole file. */
const longestRest = 200;

/** The tree, where there is one, and all that is wrong with the text as YAML. */
export interface Parsed {
  readonly root: Node | undefined;
  readonly mistakes: readonly Mistake[];
}

export function parse({ text }: Source): Parsed {
  // Its own check of keys compares each with all others of its map.
  const document = parseDocument(text, {
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: "error",
  });
  const problems = [...document.errors, ...document.warnings].slice(0, mostCollected);
  const mistakes = problems.map(({ code, message, pos: [start, end] }): Mistake => {
    return {
      span: { start, end },
      message: describeSyntax(code, message, text.slice(start, start + longestRest).split(/\r?\n/, 1)[0] ?? ""),
    };
  });
  if (mistakes.length > 0) return { root: undefined, mistakes };
  if (document.contents === null) {
    const message = "Expected a scenario: starters and their order; the file is empty.";
    return { root: undefined, mistakes: [{ span: { start: 0, end: 0 }, message }] };
  }
  const planter = new Planter();
  return { root: planter.plant(document.contents as YamlNode, []), mistakes: planter.mistakes };
}

class Planter {
  readonly mistakes: Mistake[] = [];
  /** The last node of each anchor so far. Aliases ask it: yaml's own way is through the whole document, for each. */
  readonly #anchors = new Map<string, YamlNode>();
  /** An alias that is repeated by another one means what it meant at its own place. */
  readonly #targets = new Map<Alias, YamlNode | undefined>();
  #aliased = 0;
  #aliasedText = 0;

  /** @param above what it is in: an alias to one of them never ends */
  plant(node: YamlNode | null, above: readonly YamlNode[], place?: Span): Node {
    const span = place ?? spanOf(node);
    const nothing = { type: "scalar", span, value: null } as const;
    if (node === null) return nothing;
    if (!place) this.#learn(node);
    if (above.length > deepest) return this.#refuse(nothing, `It is nested more than ${deepest} levels deep.`);
    if (place && ++this.#aliased > mostAliased) {
      if (this.#aliased > mostAliased + 1) return nothing;
      return this.#refuse(nothing, `Aliases repeat more than ${mostAliased.toLocaleString("en")} values.`);
    }
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (!target) return this.#refuse(nothing, `No anchor &${node.source} comes before this alias.`);
      if (above.includes(target))
        return this.#refuse(nothing, `The alias *${node.source} is part of what it stands for.`);
      return this.plant(target, above, span);
    }
    const inside = [...above, node];
    if (isSeq<YamlNode | null>(node))
      return { type: "list", span, items: node.items.map((item) => this.plant(item, inside, place)) };
    if (isMap<YamlNode, YamlNode | null>(node)) {
      const names = new Set<string>();
      const entries = node.items.map(({ key, value }): Entry => {
        const keySpan = place ?? spanOf(key);
        if (!place) this.#learnKey(key, names);
        const name = isScalar(key) ? String(key.value) : "";
        return { key: name, keySpan, value: this.plant(value, inside, place ?? (value ? undefined : keySpan)) };
      });
      return { type: "map", span, entries };
    }
    if (place && isScalar(node) && typeof node.value === "string") {
      const before = this.#aliasedText;
      this.#aliasedText += node.value.length;
      if (this.#aliasedText > mostAliasedText)
        return before > mostAliasedText
          ? nothing
          : this.#refuse(nothing, "Aliases repeat more than 1 MiB of text. Write fewer of them, or a shorter text.");
    }
    return { type: "scalar", span, value: isScalar(node) ? this.#scalar(node.value, node.source, span) : null };
  }

  /** Keeps what a node is called, and what an alias means here: a later node may have the same anchor. */
  #learn(node: YamlNode): void {
    if (isAlias(node)) this.#targets.set(node, this.#anchors.get(node.source));
    else if ((isScalar(node) || isCollection(node)) && node.anchor) this.#anchors.set(node.anchor, node);
  }

  #learnKey(key: YamlNode, names: Set<string>): void {
    this.#learn(key);
    if (!isScalar(key)) return;
    const name = String(key.value);
    const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
    const message = `The key ${shown} is there already. Each key may be there once.`;
    if (names.has(name)) this.#add({ span: spanOf(key), message });
    names.add(name);
  }

  /** Whoever has read so many reads no more, and each costs. */
  #add(mistake: Mistake): void {
    if (this.mistakes.length < mostCollected) this.mistakes.push(mistake);
  }

  #scalar(value: unknown, source: string | undefined, span: Span): string | number | boolean | null {
    if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
    if (typeof value !== "number") {
      this.#add({ span, message: "Expected a text, a number, true, false or null." });
      return null;
    }
    if (!Number.isFinite(value)) this.#add({ span, message: "Expected a number that JSON has too." });
    else if (
      /^[-+]?(\d+|0x[\da-f]+|0o[0-7]+)$/i.test(source ?? "") &&
      !Number.isSafeInteger(value) &&
      Number.isInteger(value)
    )
      this.#add({ span, message: "The number is too large to be kept exactly. Put it in quotes." });
    return value;
  }

  #refuse(node: Node, message: string): Node {
    this.#add({ span: node.span, message });
    return node;
  }
}

function spanOf(node: YamlNode | null): Span {
  const [start = 0, end = start] = node?.range ?? [];
  return { start, end };
}
