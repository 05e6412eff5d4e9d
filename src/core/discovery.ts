// What spans there are, and which of them can be held: what an agent finds out while somebody asks.
import type { AgentRef, AttributeValue, HoldMode, SpanKind } from "./model.js";

/** What is asked of all spans. */
export interface DiscoveryRequest {
  /** Keys of attributes whose values are told too, beside those that hold no statement, no header and no query. */
  readonly values: readonly string[];
}

/** What is told of an attribute. */
export interface SeenAttribute {
  readonly key: string;
  /** Some of its values, of arrays their elements; none where nobody has asked for them. */
  readonly samples: readonly AttributeValue[];
  /** True where there were other values, or none that a checkpoint could ask for. */
  readonly more: boolean;
  /** How many of the spans that are counted had it. */
  readonly count: number;
}

/** One side of spans, as a checkpoint there meets it. */
export interface SpanSide {
  readonly name: string;
  /** Why their flow cannot be held here; `undefined` where it can. */
  readonly flowRefusal: string | undefined;
  /** The same of the thread. */
  readonly threadRefusal: string | undefined;
  readonly attributes: readonly SeenAttribute[];
}

/** Spans of the same scope, kind and names, with the same answers to whether they can be held. */
export interface SpanSort {
  readonly scope: string;
  readonly kind: SpanKind;
  /** True where they have no parent. */
  readonly root: boolean;
  readonly before: SpanSide | undefined;
  /** `undefined` where no span of it had ended. */
  readonly after: SpanSide | undefined;
  /** How many there were since the sort was told last. */
  readonly count: number;
  /** When the first of them all began, in milliseconds of a clock that only goes forward. */
  readonly firstAtMs: number;
  /** How their process holds where a checkpoint says nothing. */
  readonly hold: HoldMode;
}

/** What one agent has seen since it told last. */
export interface SeenSpans {
  readonly agent: AgentRef;
  readonly sorts: readonly SpanSort[];
  /** Spans of sorts beyond those that an agent keeps. */
  readonly dropped: number;
}
