// Which entries a line means. They are found by what it asks for, and not by looking at all: there may be thousands, of
// one name too.
import type { AttributeValue, SpanMatch } from "../../core/model.js";
import type { Entry, Side } from "./catalogue.js";
import { namePatterns } from "./patterns.js";

export type SpanPhase = "before" | "after";

/** An attribute that a line asks for, with its value as it was told. */
export interface Asked {
  readonly key: string;
  readonly value: AttributeValue;
}

/** What means the spans of an entry's side whatever their attributes: from what says least to what says most. */
export function groupsOf(all: readonly Entry[], phase: SpanPhase): ReadonlyMap<Entry, readonly Group[]> {
  const groups = new Map<string, Group>();
  const groupOf = (match: SpanMatch) => {
    const key = JSON.stringify(match);
    const group = groups.get(key) ?? new Group(match, phase);
    groups.set(key, group);
    return group;
  };
  return new Map(
    all.map((entry) => {
      const side = entry[phase];
      const own = side ? matchesOf(entry, side).map(groupOf) : [];
      for (const group of own) group.add(entry);
      return [entry, own];
    }),
  );
}

function matchesOf({ service, kind }: Entry, { name }: Side): readonly SpanMatch[] {
  return namePatterns(name).flatMap((pattern) => {
    const plain: SpanMatch = { name: pattern, service: undefined, kind: undefined, attributes: [] };
    const byKind = [plain, { ...plain, kind }];
    // An agent of another make may have given none, and no order can ask for that.
    return service === "" ? byKind : [...byKind, ...byKind.map((match) => ({ ...match, service }))];
  });
}

/** Entries that a match means. */
export class Group {
  readonly match: SpanMatch;
  readonly #phase: SpanPhase;
  readonly #entries: Entry[] = [];
  readonly #having = new Map<string, Having>();
  #isSorted = false;

  constructor(match: SpanMatch, phase: SpanPhase) {
    this.match = match;
    this.#phase = phase;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Those that may have an attribute too, in lists of which none has another's. */
  meant(asked: Asked | undefined): readonly (readonly Entry[])[] {
    if (!asked) return [this.#entries];
    if (!this.#isSorted) for (const entry of this.#entries) this.#sort(entry);
    this.#isSorted = true;
    const having = this.#having.get(asked.key);
    return having ? [having.any, having.byValue.get(String(asked.value)) ?? []] : [];
  }

  #sort(entry: Entry): void {
    for (const { key, samples, more } of entry[this.#phase]?.attributes.values() ?? []) {
      const having: Having = this.#having.get(key) ?? { any: [], byValue: new Map() };
      this.#having.set(key, having);
      if (more || samples.length === 0) having.any.push(entry);
      else for (const text of new Set(samples.map(String))) push(having.byValue, text, entry);
    }
  }
}

/** Entries that have an attribute. */
interface Having {
  /** Not all of their values are known, so they may have whichever is asked for. */
  readonly any: Entry[];
  readonly byValue: Map<string, Entry[]>;
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const known = map.get(key);
  if (known) known.push(entry);
  else map.set(key, [entry]);
}
