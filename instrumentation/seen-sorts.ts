// Spans by their sorts: how often each was seen, and which attributes its spans had. All of it is bounded, because names
// may be without end (SQL as a name), and so may be values.
import type { DiscoveryRequest, SpanSide, SpanSort } from "../src/core/discovery.js";
import type { AttributeValue } from "../src/core/model.js";
import { isPlain, type SpanView, tellable } from "./span-facts.js";

/** What is seen at one gate of a span. */
export interface Note extends Omit<SpanSide, "attributes"> {
  readonly attributes: SpanView["attributes"];
}

/** What is seen of a span; without `after` of one that has begun. */
export interface Seen extends Omit<SpanSort, "before" | "after" | "count"> {
  readonly before: Note;
  readonly after: Note | undefined;
}

interface Attribute {
  readonly samples: AttributeValue[];
  more: boolean;
  count: number;
}

type Attributes = Map<string, Attribute>;

/** What is kept of a sort, beside its attributes: texts of a length that can be kept. */
interface Kept extends Omit<Seen, "before" | "after"> {
  readonly before: Omit<Note, "attributes">;
  readonly after: Omit<Note, "attributes"> | undefined;
}

interface Entry {
  readonly kept: Kept;
  readonly before: Attributes;
  readonly after: Attributes;
  count: number;
}

const sortsLimit = 2_000;
const attributesLimit = 64;
const samplesLimit = 3;
const sampleLength = 200;
const textLimit = 1_024;

export class SeenSorts {
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Set<Entry>();
  #values: DiscoveryRequest["values"] = [];
  #dropped = 0;

  /** True while there is something to tell. */
  get haveNews(): boolean {
    return this.#changed.size > 0 || this.#dropped > 0;
  }

  /**
   * @param values the attributes whose values are asked for
   * @returns true where it is the first of its sort
   */
  note(values: DiscoveryRequest["values"], seen: Seen): boolean {
    this.#takeUp(values);
    const kept = keep(seen);
    const key = keyOf(kept);
    const known = this.#entries.get(key);
    // That spans of a sort begin is told once: they are counted when they end.
    if (known && !seen.after) return false;
    if (!known && this.#entries.size >= sortsLimit) {
      if (seen.after) this.#dropped += 1;
      return false;
    }
    const entry = known ?? { kept, before: new Map(), after: new Map(), count: 0 };
    this.#entries.set(key, entry);
    this.#changed.add(entry);
    entry.count += 1;
    this.#noteAttributes(entry.before, seen.before);
    if (seen.after) this.#noteAttributes(entry.after, seen.after);
    return known === undefined;
  }

  /** What was seen since the last time. */
  take(): { readonly sorts: readonly SpanSort[]; readonly dropped: number } {
    const sorts = [...this.#changed].map(toSort);
    const dropped = this.#dropped;
    for (const entry of this.#changed) countAnew(entry);
    this.#changed.clear();
    this.#dropped = 0;
    return { sorts, dropped };
  }

  // Whoever asks anew, or for other values, has to be told all of it.
  #takeUp(values: DiscoveryRequest["values"]): void {
    if (values === this.#values) return;
    this.#values = values;
    // What has not been told yet still is.
    this.#entries.clear();
  }

  #noteAttributes(known: Attributes, { attributes }: Note): void {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === undefined || value === null) continue;
      const attribute = known.get(key) ?? { samples: [], more: false, count: 0 };
      if (!known.has(key)) {
        if (known.size >= attributesLimit || key.length > textLimit) continue;
        known.set(key, attribute);
      }
      attribute.count += 1;
      if (isPlain(key) || this.#values.includes(key)) sampleAll(attribute, value);
    }
  }
}

function countAnew(entry: Entry): void {
  entry.count = 0;
  for (const side of [entry.before, entry.after]) for (const attribute of side.values()) attribute.count = 0;
}

// A checkpoint matches the elements of an array, and of what else is an object nothing that is told here.
function sampleAll(attribute: Attribute, value: unknown): void {
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (elements.length === 0 || elements.some((it) => typeof it === "object")) attribute.more = true;
  for (const it of elements) if (it !== null) sample(attribute, tellable(it, sampleLength + 1));
}

function sample(attribute: Attribute, value: AttributeValue): void {
  if (typeof value === "string" && value.length > sampleLength) attribute.more = true;
  const told = typeof value === "string" ? value.slice(0, sampleLength) : value;
  if (attribute.samples.includes(told)) return;
  if (attribute.samples.length < samplesLimit) attribute.samples.push(told);
  else attribute.more = true;
}

function keep({ before, after, ...rest }: Seen): Kept {
  return { ...rest, scope: clip(rest.scope), before: keepSide(before), after: after && keepSide(after) };
}

function keepSide({ name, flowRefusal, threadRefusal }: Note): Omit<Note, "attributes"> {
  return {
    name: clip(name),
    flowRefusal: flowRefusal && clip(flowRefusal),
    threadRefusal: threadRefusal && clip(threadRefusal),
  };
}

// Copied, because a part of a text keeps the whole of it in memory.
function clip(text: string): string {
  if (text.length <= textLimit) return text;
  return Buffer.from(text.slice(0, textLimit), "utf16le").toString("utf16le");
}

function keyOf({ scope, kind, root, hold, before, after }: Kept): string {
  const sides = [before, after].map((side) => side && [side.name, side.flowRefusal, side.threadRefusal]);
  return JSON.stringify([scope, kind, root, hold, ...sides]);
}

function toSort({ kept, before, after, count }: Entry): SpanSort {
  return {
    ...kept,
    count,
    before: { ...kept.before, attributes: told(before) },
    after: kept.after && { ...kept.after, attributes: told(after) },
  };
}

function told(attributes: Attributes): SpanSide["attributes"] {
  return [...attributes].map(([key, attribute]) => ({ key, ...attribute }));
}
