// YAML 1.2, and so JSON, as a tree of values with places. What is unsafe or means two things is a mistake.
import { type Alias, isAlias, isCollection, isMap, isScalar, isSeq, parseDocument, type Node as YamlNode } from "yaml";
import { isKept } from "../decimal.js";
import { type Mistake, mostCollected } from "./mistake.js";
import { globHint, mistakeOfKey } from "./slips.js";
import type { Source, Span } from "./source.js";
import { syntaxMistakes } from "./syntax.js";
import type { Entry, Node } from "./tree.js";

/** Values that aliases may add: a file of a few lines can ask for more than fit into memory. */
const mostAliased = 10_000;
/** Characters that aliases may add: one long text can be meant as often. */
const mostAliasedText = 1_048_576;
const deepest = 100;
const mergeHint =
  "Merge keys (<<) are not known here. Repeat the keys, or write the alias in place of the whole value, as in bob: *alice.";

/** The tree, where there is one, and all that is wrong with the text as YAML. */
export interface Parsed {
  readonly root: Node | undefined;
  readonly mistakes: readonly Mistake[];
}

export function parse({ text }: Source): Parsed {
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const message = "A NUL character is here, which no text has. Take it away.";
    return { root: undefined, mistakes: [{ span: { start: nul, end: nul + 1 }, message }] };
  }
  // Its own check of keys compares each with all others of its map.
  const document = parseDocument(text, {
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: "error",
  });
  const mistakes = syntaxMistakes(text, [...document.errors, ...document.warnings]);
  if (mistakes.length > 0) return { root: undefined, mistakes };
  if (document.contents === null) {
    const message = "Expected a scenario: starters and their order; the file is empty.";
    return { root: undefined, mistakes: [{ span: { start: 0, end: 0 }, message }] };
  }
  const planter = new Planter(text);
  return { root: planter.plant(document.contents as YamlNode, []), mistakes: planter.mistakes };
}

class Planter {
  readonly mistakes: Mistake[] = [];
  /** The last node of each anchor so far. Aliases ask it: yaml's own way is through the whole document, for each. */
  readonly #anchors = new Map<string, YamlNode>();
  /** An alias that is repeated by another one means what it meant at its own place. */
  readonly #targets = new Map<Alias, YamlNode | undefined>();
  readonly #text: string;
  #aliased = 0;
  #aliasedText = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param above what it is in: an alias to one of them never ends */
  plant(node: YamlNode | null, above: readonly YamlNode[], place?: Span): Node {
    const span = place ?? spanOf(node);
    if (node === null) return { type: "scalar", span, value: null };
    if (!place) this.#learn(node);
    if (above.length > deepest) return this.#refuse(span, `It is nested more than ${deepest} levels deep.`);
    if (place && ++this.#aliased > mostAliased) {
      if (this.#aliased > mostAliased + 1) return { type: "unknown", span };
      return this.#refuse(span, `Aliases repeat more than ${mostAliased.toLocaleString("en")} values.`);
    }
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (!target) return this.#refuse(span, `No anchor &${node.source} comes before this alias. ${globHint}`);
      if (above.includes(target)) return this.#refuse(span, `The alias *${node.source} is part of what it stands for.`);
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
      const isKnown = node.items.every(({ key }) => this.#mistakeOfKey(key) === undefined);
      return isKnown ? { type: "map", span, entries } : { type: "unknown", span };
    }
    if (place && isScalar(node) && typeof node.value === "string") {
      const before = this.#aliasedText;
      this.#aliasedText += node.value.length;
      if (this.#aliasedText > mostAliasedText)
        return before > mostAliasedText
          ? { type: "unknown", span }
          : this.#refuse(span, "Aliases repeat more than 1 MiB of text. Write fewer of them, or a shorter text.");
    }
    return isScalar(node) ? this.#scalar(node.value, node.source, span) : { type: "unknown", span };
  }

  /** Keeps what a node is called, and what an alias means here: a later node may have the same anchor. */
  #learn(node: YamlNode): void {
    if (isAlias(node)) this.#targets.set(node, this.#anchors.get(node.source));
    else if ((isScalar(node) || isCollection(node)) && node.anchor) this.#anchors.set(node.anchor, node);
  }

  #learnKey(key: YamlNode, names: Set<string>): void {
    this.#learn(key);
    if (!isScalar(key)) return;
    const span = spanOf(key);
    const name = String(key.value);
    const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
    if (names.has(name)) this.#add({ span, message: `The key ${shown} is there already. Each key may be there once.` });
    names.add(name);
    const why = this.#mistakeOfKey(key);
    if (why !== undefined) this.#add({ span, message: why });
  }

  /** What is wrong with a key in any map: with it nobody knows what the map has. */
  #mistakeOfKey(key: YamlNode): string | undefined {
    if (!isScalar(key) || key.type !== "PLAIN") return undefined;
    if (key.value === "<<") return mergeHint;
    return mistakeOfKey(String(key.value), this.#text, spanOf(key).start);
  }

  /** Whoever has read so many reads no more, and each costs. */
  #add(mistake: Mistake): void {
    if (this.mistakes.length < mostCollected) this.mistakes.push(mistake);
  }

  #scalar(value: unknown, source: string | undefined, span: Span): Node {
    if (typeof value === "string" || typeof value === "boolean" || value === null)
      return { type: "scalar", span, value };
    if (typeof value !== "number") return this.#refuse(span, "Expected a text, a number, true, false or null.");
    if (!Number.isFinite(value)) return this.#refuse(span, "Expected a number that JSON has too.");
    if (!isKept(source ?? "", value))
      return this.#refuse(span, "The number has more digits than can be kept. Put it in quotes.");
    return { type: "scalar", span, value };
  }

  #refuse(span: Span, message: string): Node {
    this.#add({ span, message });
    return { type: "unknown", span };
  }
}

function spanOf(node: YamlNode | null): Span {
  const [start = 0, end = start] = node?.range ?? [];
  return { start, end };
}
