// The lines of code that list spans in an order: each says no more than it must so that it means these spans alone.
import { describeAdopted, describeCheckpoint } from "../../core/describe.js";
import type { AttributePattern, AttributeValue, HoldMode, SpanMatch } from "../../core/model.js";
import { escaped } from "../../core/printable.js";
import type { Entry, Side } from "./catalogue.js";
import { type Asked, groupsOf, type SpanPhase } from "./meant.js";
import { patternOf } from "./patterns.js";

/** How a checkpoint at one side of an entry's spans is written. */
export interface Line {
  readonly code: string;
  /** By what the actor is stopped there. */
  readonly holds: HoldMode;
  /** Some of the other spans that it means as well, because nothing that is known tells them apart. */
  readonly means: readonly Entry[];
  /** How many more these are. */
  readonly meansMore: number;
}

interface Candidate {
  readonly match: SpanMatch;
  /** Whom it means, in several lists. */
  readonly meant: readonly (readonly Entry[])[];
  readonly count: number;
}

/** The longest value that is put into a line. */
const valueLength = 60;
/** Of so many other spans that a line means is told which they are. */
const namedLimit = 5;

export class Lines {
  readonly #groups: Readonly<Record<SpanPhase, ReturnType<typeof groupsOf>>>;

  /** @param all whom no line should mean but its own */
  constructor(all: readonly Entry[]) {
    this.#groups = { before: groupsOf(all, "before"), after: groupsOf(all, "after") };
  }

  /** @returns `undefined` where the actor cannot be stopped there, or the spans have not ended */
  at(entry: Entry, phase: SpanPhase): Line | undefined {
    const side = entry[phase];
    const holds = side && holdOf(entry, side);
    if (!holds) return undefined;
    const { match, meant, count } = this.#best(entry, phase, askedOf(entry, side));
    const hold = holds === entry.hold ? undefined : holds;
    const place = { index: 0, actor: "alice", phase, nth: undefined, hold, ifReached: false };
    const some = meant.flatMap((list) => list.slice(0, namedLimit + 1)).filter((other) => other !== entry);
    const means = some.slice(0, namedLimit);
    return {
      code: escaped(describeCheckpoint({ ...place, span: match })),
      ...{ holds, means, meansMore: count - 1 - means.length },
    };
  }

  /** The line that makes the flow an actor that a root span begins. */
  adopting(entry: Entry): string {
    // A span may get its attributes after its start, where an actor begins.
    const { match } = this.#best(entry, "before", []);
    return escaped(`gateway.adopt("job", ${describeAdopted(match)})`);
  }

  /** The first of those that mean the fewest. */
  #best(entry: Entry, phase: SpanPhase, asked: readonly Asked[]): Candidate {
    const groups = this.#groups[phase].get(entry) ?? [];
    const plain = fewest(groups.map((group) => candidateOf(group.match, group.meant(undefined))));
    if (plain.count === 1) return plain;
    const attributed = groups.flatMap((group) =>
      asked.map((it) => candidateOf({ ...group.match, attributes: [patternFor(it)] }, group.meant(it))),
    );
    return fewest([plain, ...attributed]);
  }
}

function candidateOf(match: SpanMatch, meant: Candidate["meant"]): Candidate {
  return { match, meant, count: meant.reduce((sum, { length }) => sum + length, 0) };
}

function fewest(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, it) => (it.count < best.count ? it : best));
}

function patternFor({ key, value }: Asked): AttributePattern {
  return { key, value: typeof value === "string" ? patternOf(value) : value };
}

/** By what an actor is stopped there; `undefined` where it cannot be. */
function holdOf({ hold }: Entry, { holdable, refusals }: Side): HoldMode | undefined {
  const stopsThread = [...refusals.values()].some(({ threadRefusal }) => threadRefusal === undefined);
  if (hold === "thread" && (holdable > 0 || stopsThread)) return "thread";
  if (holdable > 0) return "flow";
  return stopsThread ? "thread" : undefined;
}

/** What all of the spans have, with the same value. */
function askedOf({ count }: Entry, { attributes }: Side): readonly Asked[] {
  return [...attributes.values()].flatMap((attribute) => {
    const [value, ...rest] = attribute.samples;
    const isShared = attribute.count === count && rest.length === 0 && !attribute.more;
    return value !== undefined && isShared && canAsk(attribute.key, value) ? [{ key: attribute.key, value }] : [];
  });
}

function canAsk(key: string, value: AttributeValue): boolean {
  // U+FFFD stands for half a character.
  if (key.includes("\ufffd")) return false;
  return typeof value === "string" ? value.length <= valueLength : !Number.isNaN(value);
}
