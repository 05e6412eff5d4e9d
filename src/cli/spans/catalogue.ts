// What spans there are, put together from what all agents tell: one entry for those that a checkpoint tells apart by
// service, kind and names.
import type { SeenAttribute, SeenSpans, SpanSide, SpanSort } from "../../core/discovery.js";
import type { HoldMode, SpanKind } from "../../core/model.js";

/** One side of the spans of an entry. */
export interface Side {
  readonly name: string;
  /** How many can be held by their flow. */
  holdable: number;
  /** Why the others cannot, and how many those are. */
  readonly refusals: Map<string, Refused>;
  readonly attributes: Map<string, SeenAttribute>;
}

export interface Refused {
  count: number;
  /** Why their thread cannot be held either; `undefined` where it can. */
  readonly threadRefusal: string | undefined;
}

/** Spans of one service, of the same scope, kind and names. */
export interface Entry {
  readonly service: string;
  readonly scope: string;
  readonly kind: SpanKind;
  /** True where some of them have no parent. */
  root: boolean;
  /** How their process holds where a checkpoint says nothing. */
  readonly hold: HoldMode;
  count: number;
  firstAtMs: number;
  readonly before: Side;
  /** `undefined` where none of them has ended. */
  readonly after: Side | undefined;
}

/** So many are kept, whatever agents tell: one of ours has 2,000 sorts at most. */
const entriesLimit = 5_000;
/** So many attributes of a side, and values of an attribute, are kept, as by an agent. */
const attributesLimit = 64;
const samplesLimit = 3;
/** So many reasons why spans cannot be held. */
const refusalsLimit = 16;

export class Catalogue {
  readonly #entries = new Map<string, Entry>();
  /** Spans that are in no entry, because there were too many sorts. */
  dropped = 0;

  /** @returns the entries that are new, of spans that have ended */
  add({ agent, sorts, dropped }: SeenSpans): readonly Entry[] {
    this.dropped += dropped;
    return sorts.flatMap((sort) => this.#take(agent.service, sort));
  }

  /** Service by service, each in the sequence in which its spans first began. */
  get entries(): readonly Entry[] {
    const all = [...this.#entries.values()].toSorted((one, other) => one.firstAtMs - other.firstAtMs);
    const ended = new Set(all.flatMap((entry) => (entry.after ? keyOf(entry, undefined) : [])));
    const shown = all.filter((entry) => entry.after || !ended.has(keyOf(entry, undefined)));
    return [...Map.groupBy(shown, ({ service }) => service).values()].flat();
  }

  #take(service: string, sort: SpanSort): readonly Entry[] {
    // An agent tells both names, or is none of ours.
    if (!sort.before) return [];
    const key = keyOf({ ...sort, service, before: sort.before }, sort.after?.name);
    const known = this.#entries.get(key);
    if (!known && this.#entries.size >= entriesLimit) {
      // Spans are counted when they end.
      if (sort.after) this.dropped += sort.count;
      return [];
    }
    const entry = known ?? newEntry(service, sort, sort.before);
    this.#entries.set(key, entry);
    entry.count += sort.count;
    entry.root ||= sort.root;
    entry.firstAtMs = Math.min(entry.firstAtMs, sort.firstAtMs);
    merge(entry.before, sort.before, sort.count);
    if (entry.after && sort.after) merge(entry.after, sort.after, sort.count);
    return known || !sort.after ? [] : [entry];
  }
}

function keyOf(
  { service, scope, kind, before }: Pick<Entry, "service" | "scope" | "kind"> & { readonly before: { name: string } },
  endName: string | undefined,
): string {
  return JSON.stringify([service, scope, kind, before.name, endName]);
}

function newEntry(service: string, { scope, kind, hold, after, firstAtMs }: SpanSort, before: SpanSide): Entry {
  const side = ({ name }: SpanSide): Side => ({ name, holdable: 0, refusals: new Map(), attributes: new Map() });
  return {
    ...{ service, scope, kind, hold, firstAtMs, root: false, count: 0 },
    before: side(before),
    after: after && side(after),
  };
}

function merge(side: Side, { flowRefusal, threadRefusal, attributes }: SpanSide, count: number): void {
  if (flowRefusal === undefined) side.holdable += count;
  else {
    const refused = side.refusals.get(flowRefusal) ?? { count: 0, threadRefusal };
    refused.count += count;
    set(side.refusals, flowRefusal, refused, refusalsLimit);
  }
  for (const attribute of attributes) {
    set(side.attributes, attribute.key, together(side.attributes.get(attribute.key), attribute), attributesLimit);
  }
}

function set<Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void {
  if (map.has(key) || map.size < limit) map.set(key, value);
}

function together(known: SeenAttribute | undefined, told: SeenAttribute): SeenAttribute {
  const samples = [...new Set([...(known?.samples ?? []), ...told.samples])];
  // Its values are told only while somebody asks for them.
  const isUntold = known && (known.samples.length === 0) !== (told.samples.length === 0);
  return {
    key: told.key,
    samples: samples.slice(0, samplesLimit),
    more: [known?.more, told.more, isUntold, samples.length > samplesLimit].some(Boolean),
    count: (known?.count ?? 0) + told.count,
  };
}
