// The lines of code that list spans in an order: each says no more than it must so that it means these spans alone.
import { describeCheckpoint } from "../../core/describe.js";
import { compileSpan } from "../../core/matcher.js";
import type { AttributePattern, HoldMode, SpanMatch, TextPattern } from "../../core/model.js";
import { escaped } from "../../core/printable.js";
import type { Entry, Side } from "./catalogue.js";

export type SpanPhase = "before" | "after";

/** How a checkpoint at one side of an entry's spans is written. */
export interface Line {
  readonly code: string;
  /** By what the actor is stopped there. */
  readonly holds: HoldMode;
  /** Other spans that it means as well, because nothing that is known tells them apart. */
  readonly means: readonly Entry[];
}

/** Agents tell no more of a name. */
const nameLimit = 1_024;
/** So much of a longer one is written. */
const writtenLength = 200;
/** The longest value that is put into a line. */
const valueLength = 60;

/** @returns `undefined` where the actor cannot be stopped there, or the spans have not ended */
export function lineFor(entry: Entry, phase: SpanPhase, all: readonly Entry[]): Line | undefined {
  const side = entry[phase];
  const holds = side && holdOf(entry, side);
  if (!holds) return undefined;
  const others = all.filter((other) => other !== entry);
  const candidates = matchesOf(entry, side).map((match) => ({
    match,
    means: others.filter((other) => isMeant(match, other, other[phase])),
  }));
  const [best] = candidates.toSorted((one, other) => one.means.length - other.means.length);
  if (!best) return undefined;
  const hold = holds === entry.hold ? undefined : holds;
  const place = { index: 0, actor: "alice", phase, nth: undefined, hold, ifReached: false };
  return { code: escaped(describeCheckpoint({ ...place, span: best.match })), holds, means: best.means };
}

/** By what an actor is stopped there; `undefined` where it cannot be. */
function holdOf({ hold }: Entry, { holdable, refusals }: Side): HoldMode | undefined {
  const stopsThread = [...refusals.values()].some(({ threadRefusal }) => threadRefusal === undefined);
  if (hold === "thread" && (holdable > 0 || stopsThread)) return "thread";
  if (holdable > 0) return "flow";
  return stopsThread ? "thread" : undefined;
}

// From those that say least to those that say most: of equally good ones the first is taken.
function matchesOf({ service, kind }: Entry, side: Side): readonly SpanMatch[] {
  const plain: SpanMatch = { name: nameOf(side), service: undefined, kind: undefined, attributes: [] };
  const single = [...side.attributes.values()].flatMap(
    ({ key, samples: [value, ...rest], more }): AttributePattern[] => {
      if (value === undefined || rest.length > 0 || more) return [];
      if (typeof value !== "string") return [{ key, value }];
      return value.length > valueLength ? [] : [{ key, value: patternOf(value) }];
    },
  );
  const byService = [plain, { ...plain, kind }, { ...plain, service }, { ...plain, service, kind }];
  return [
    ...byService,
    ...byService.flatMap((match) => single.map((attribute) => ({ ...match, attributes: [attribute] }))),
  ];
}

function nameOf({ name }: Side): TextPattern {
  return name.length < nameLimit ? patternOf(name) : { type: "glob", glob: `${name.slice(0, writtenLength)}*` };
}

// As a text in the code is read.
function patternOf(text: string): TextPattern {
  return /[*?]/.test(text) ? { type: "glob", glob: text } : { type: "exact", text };
}

function isMeant(match: SpanMatch, { service, kind }: Entry, side: Side | undefined): boolean {
  if (!side || (match.service !== undefined && match.service !== service)) return false;
  const matcher = compileSpan(match);
  return matcher.name(side.name) && valuesOf(match, side).some((attributes) => matcher.rest({ kind, attributes }));
}

// What is not known of the others' values may be what the match asks for.
function valuesOf({ attributes: [asked] }: SpanMatch, { attributes }: Side): readonly Record<string, unknown>[] {
  if (!asked) return [{}];
  const known = attributes.get(asked.key);
  if (!known) return [];
  const unknown = known.more || known.samples.length === 0 ? [anyOf(asked)] : [];
  return [...known.samples, ...unknown].map((value) => ({ [asked.key]: value }));
}

function anyOf({ value }: AttributePattern): unknown {
  if (typeof value !== "object") return value;
  return value.type === "exact" ? value.text : value.type === "glob" ? value.glob : "";
}
