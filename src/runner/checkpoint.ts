// Checkpoints as a test writes them.
import { inspect } from "node:util";
import { describeCheckpoint } from "../core/describe.js";
import { errorOf } from "../core/errors.js";
import type {
  AttributePattern,
  Checkpoint as CoreCheckpoint,
  HoldMode,
  Phase,
  SpanKind,
  SpanMatch,
  TextPattern,
} from "../core/model.js";
import { mistakeOfSpan } from "../core/order.js";

/** An exact text, a glob (a text with `*` or `?`; `*` matches `/` too), or a regular expression without the flags g and y. */
export type Pattern = string | RegExp;

/** What a span must be, besides its name. Everything that is given must hold. */
export interface SpanOptions {
  /** The service in which the span is, to the letter. */
  readonly service?: string;
  /** OpenTelemetry's kind of the span. */
  readonly kind?: SpanKind;
  /**
   * Attributes, such as `{ "db.query.text": /UPDATE account/ }`. `before` sees those that the instrumentation has set when
   * it makes the call, `after` those that the span has at its end.
   */
  readonly attributes?: Readonly<Record<string, Pattern | number | boolean>>;
  /** The occurrence, counted from the actor's start, from 1. By default the next one. */
  readonly nth?: number;
  /** Stops only the one flow, or the whole thread that it runs in; by default as its service does. */
  readonly hold?: HoldMode;
}

/** Whose checkpoint it is: a starter, as far as an order has to know it. */
export interface CheckpointOwner {
  /** The actor's name. */
  readonly name: string;
  /** The gateway that made the starter. */
  readonly owner: object;
}

/** A named place in an actor's life, to be listed in an order. Made by a starter. */
export class Checkpoint {
  /** The starter that made it. */
  readonly starter: CheckpointOwner;
  /** The side of the span, or the end of the actor's life. */
  readonly phase: Phase;
  /** @internal */
  readonly span: SpanMatch | undefined;
  /** @internal */
  readonly nth: number | undefined;
  /** @internal */
  readonly hold: HoldMode | undefined;
  /** True when it may legally never come. */
  readonly optional: boolean;

  /** @internal */
  constructor(
    starter: CheckpointOwner,
    phase: Phase,
    span?: SpanMatch,
    { nth, hold }: { readonly nth?: number | undefined; readonly hold?: HoldMode | undefined } = {},
    optional = false,
  ) {
    this.starter = starter;
    this.phase = phase;
    this.span = span;
    this.nth = nth;
    this.hold = hold;
    this.optional = optional;
  }

  /**
   * The same checkpoint, which may legally never come: for the version of the code in which the race is mended.
   * The step then tells `reached: false`. An actor that makes no progress for `stallMs` counts as not reaching it.
   */
  ifReached(): Checkpoint {
    return new Checkpoint(this.starter, this.phase, this.span, this, true);
  }

  /** The line of code that makes it. */
  toString(): string {
    return describeCheckpoint(this.toCore(0));
  }

  /** @internal */
  [inspect.custom](): string {
    return String(this);
  }

  /** @internal In a test runner's comparison of objects too. */
  toJSON(): string {
    return String(this);
  }

  /** @internal */
  toCore(index: number): CoreCheckpoint {
    const { starter, phase, span, nth, hold, optional } = this;
    return { index, actor: starter.name, phase, span, nth, hold, ifReached: optional };
  }
}

/** Checkpoints that are awaited together; their actors run at once. Made by {@link together}. */
export class Together {
  /** As they were given. */
  readonly checkpoints: readonly Checkpoint[];

  /** @internal */
  constructor(checkpoints: readonly Checkpoint[]) {
    this.checkpoints = checkpoints;
  }

  /** The line of code that makes it. */
  toString(): string {
    return `together(${this.checkpoints.join(", ")})`;
  }

  /** @internal */
  [inspect.custom](): string {
    return String(this);
  }
}

/** One entry of an order: its checkpoints are awaited in any sequence, and their actors run at once. */
export function together(...checkpoints: readonly Checkpoint[]): Together {
  return new Together(checkpoints);
}

/** @throws {UsageError} BadPattern, for a pattern that cannot be read; BadOption, for a service, a kind or attributes that are none. */
export function toSpanMatch(name: Pattern, { service, kind, attributes = {} }: SpanOptions): SpanMatch {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
    const example = 'such as { "db.query.text": /UPDATE account/ }';
    throw errorOf("BadOption", `attributes must be an object, ${example}; it is ${inspect(attributes)}.`);
  }
  const match: SpanMatch = {
    name: toPattern(name),
    service,
    kind,
    attributes: Object.entries(attributes).map(
      ([key, value]): AttributePattern => ({
        key,
        value: typeof value === "number" || typeof value === "boolean" ? value : toPattern(value),
      }),
    ),
  };
  const mistake = mistakeOfSpan(match);
  if (mistake) throw errorOf(mistake.code, mistake.message);
  return match;
}

function toPattern(pattern: Pattern): TextPattern {
  if (pattern instanceof RegExp) return { type: "regexp", source: pattern.source, flags: pattern.flags };
  if (typeof pattern !== "string") {
    throw errorOf("BadPattern", `A pattern must be a text or a regular expression; it is ${String(pattern)}.`);
  }
  return /[*?]/.test(pattern) ? { type: "glob", glob: pattern } : { type: "exact", text: pattern };
}
