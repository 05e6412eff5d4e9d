// Spans, patterns and rules between the wire and the core. Empty text on the wire means "not set".

import type { DiscoveryRequest } from "../core/discovery.js";
import type {
  ActorRules,
  AttributePattern,
  AttributeValue,
  HoldMode,
  Phase,
  Rule,
  SpanFacts,
  SpanKind,
  SpanMatch,
  TextPattern,
} from "../core/model.js";
import {
  type RuleSet,
  type AttributePattern as WireAttributePattern,
  type AttributeValue as WireAttributeValue,
  SpanKind as WireKind,
  type SpanMatch as WireMatch,
  HoldMode as WireMode,
  type TextPattern as WirePattern,
  Phase as WirePhase,
  type SpanFacts as WireSpan,
} from "../gen/spangate/v1/model.js";

const phases: Readonly<Record<Phase, WirePhase>> = {
  before: WirePhase.BEFORE,
  after: WirePhase.AFTER,
  started: WirePhase.STARTED,
  finished: WirePhase.FINISHED,
  blocked: WirePhase.BLOCKED,
};
const kinds: Readonly<Record<SpanKind, WireKind>> = {
  internal: WireKind.INTERNAL,
  server: WireKind.SERVER,
  client: WireKind.CLIENT,
  producer: WireKind.PRODUCER,
  consumer: WireKind.CONSUMER,
};
const modes: Readonly<Record<HoldMode, WireMode>> = { thread: WireMode.THREAD, flow: WireMode.FLOW };

const phaseNames = inverse(phases);
const kindNames = inverse(kinds);
const modeNames = inverse(modes);

export function phaseToWire(phase: Phase): WirePhase {
  return phases[phase];
}

/** `undefined` for a phase that this version does not know. */
export function phaseFromWire(phase: WirePhase): Phase | undefined {
  return phaseNames.get(phase);
}

export function kindToWire(kind: SpanKind): WireKind {
  return kinds[kind];
}

export function kindFromWire(kind: WireKind): SpanKind {
  return kindNames.get(kind) ?? "internal";
}

export function modeToWire(mode: HoldMode): WireMode {
  return modes[mode];
}

export function modeFromWire(mode: WireMode): HoldMode {
  return holdFromWire(mode) ?? "thread";
}

/** The mode that a checkpoint asks for, which may be none. */
export function holdToWire(hold: HoldMode | undefined): WireMode {
  return hold ? modes[hold] : WireMode.UNSPECIFIED;
}

export function holdFromWire(hold: WireMode): HoldMode | undefined {
  return modeNames.get(hold);
}

export function spanToWire(span: SpanFacts): WireSpan {
  const attributes = Object.entries(span.attributes).map(([key, value]) => [key, valueToWire(value)]);
  return { ...span, kind: kinds[span.kind], attributes: Object.fromEntries(attributes) };
}

export function spanFromWire(span: WireSpan | undefined): SpanFacts {
  const { name = "", kind = WireKind.INTERNAL, spanId = "", parentSpanId = "", scope = "", peer = "" } = span ?? {};
  const { endless = false, session } = span ?? {};
  const attributes: Record<string, AttributeValue> = {};
  for (const [key, { value }] of Object.entries(span?.attributes ?? {})) {
    if (value) attributes[key] = value.value;
  }
  return {
    name,
    kind: kindFromWire(kind),
    spanId,
    parentSpanId,
    scope,
    peer,
    attributes,
    endless,
    session,
  };
}

export function matchToWire(match: SpanMatch): WireMatch {
  return {
    name: patternToWire(match.name),
    service: match.service ?? "",
    kind: match.kind ? kinds[match.kind] : WireKind.UNSPECIFIED,
    attributes: match.attributes.map(attributeToWire),
  };
}

export function matchFromWire(match: WireMatch): SpanMatch {
  return {
    name: patternFromWire(match.name),
    service: match.service === "" ? undefined : match.service,
    kind: kindNames.get(match.kind),
    attributes: match.attributes.map(attributeFromWire),
  };
}

export function rulesToWire(version: number, actors: readonly ActorRules[], discovery?: DiscoveryRequest): RuleSet {
  const ruleToWire = ({ checkpoint, phase, span, hold }: Rule) => ({
    checkpoint,
    phase: phases[phase],
    span: matchToWire(span),
    hold: holdToWire(hold),
  });
  return {
    version,
    discovery: discovery && { values: [...discovery.values] },
    actors: actors.map((actor) => ({
      ...actor,
      watchesLocks: actor.watchesLocks ?? false,
      recordAttributes: [...(actor.recordAttributes ?? [])],
      rules: actor.rules.map(ruleToWire),
      adopt: actor.adopt && matchToWire(actor.adopt),
    })),
  };
}

export function rulesFromWire(rules: RuleSet): readonly ActorRules[] {
  return rules.actors.map(({ runId, actor, traceId, rules: list, adopt, watchesLocks, recordAttributes }) => ({
    ...{ runId, actor, traceId, watchesLocks, recordAttributes },
    adopt: adopt && matchFromWire(adopt),
    rules: list.flatMap(({ checkpoint, phase, span, hold }): Rule[] => {
      const name = phaseFromWire(phase);
      return span && (name === "before" || name === "after")
        ? [{ checkpoint, phase: name, span: matchFromWire(span), hold: holdFromWire(hold) }]
        : [];
    }),
  }));
}

function patternToWire(pattern: TextPattern): WirePattern {
  switch (pattern.type) {
    case "exact":
      return { pattern: { $case: "exact", value: pattern.text } };
    case "glob":
      return { pattern: { $case: "glob", value: pattern.glob } };
    case "regexp":
      return { pattern: { $case: "regexp", value: { source: pattern.source, flags: pattern.flags } } };
  }
}

function patternFromWire(wire: WirePattern | undefined): TextPattern {
  switch (wire?.pattern?.$case) {
    case "exact":
      return { type: "exact", text: wire.pattern.value };
    case "glob":
      return { type: "glob", glob: wire.pattern.value };
    case "regexp":
      return { type: "regexp", ...wire.pattern.value };
    case undefined:
      return { type: "exact", text: "" };
  }
}

function attributeToWire({ key, value }: AttributePattern): WireAttributePattern {
  if (typeof value === "number") return { key, value: { $case: "number", value } };
  if (typeof value === "boolean") return { key, value: { $case: "boolean", value } };
  return { key, value: { $case: "text", value: patternToWire(value) } };
}

function attributeFromWire({ key, value }: WireAttributePattern): AttributePattern {
  if (value?.$case === "number" || value?.$case === "boolean") return { key, value: value.value };
  return { key, value: patternFromWire(value?.value) };
}

export function valueToWire(value: AttributeValue): WireAttributeValue {
  if (typeof value === "number") return { value: { $case: "number", value } };
  if (typeof value === "boolean") return { value: { $case: "boolean", value } };
  return { value: { $case: "text", value } };
}

function inverse<K extends string, V>(record: Readonly<Record<K, V>>): ReadonlyMap<V, K> {
  return new Map((Object.entries(record) as [K, V][]).map(([key, value]) => [value, key]));
}
