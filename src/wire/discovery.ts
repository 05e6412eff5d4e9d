// What spans there are, between the wire and the core. Empty text on the wire means "not set".
import type { DiscoveryRequest, SeenAttribute, SeenSpans, SpanSide, SpanSort } from "../core/discovery.js";
import type { AgentRef } from "../core/model.js";
import type { Discovered } from "../gen/spangate/v1/agent.js";
import { type RuleSet, type SpanSide as WireSide, SpanSort as WireSort } from "../gen/spangate/v1/model.js";
import type { DiscoverEvent, SeenSpans as WireSeen } from "../gen/spangate/v1/runner.js";
import { kindFromWire, kindToWire, modeFromWire, modeToWire, valueToWire } from "./spans.js";
import { type AttachedAgent, agentFromWire } from "./watching.js";

/** What whoever asks what spans there are is told. */
export type Found =
  /** Agents tell their spans from now on, but for these. */
  | { readonly type: "begun"; readonly silent: readonly string[] }
  | { readonly type: "attached"; readonly agent: AttachedAgent }
  | { readonly type: "left"; readonly agent: AttachedAgent; readonly died: boolean; readonly reason: string }
  | ({ readonly type: "seen" } & SeenSpans)
  /** All that was seen before agents were asked for it has been told. */
  | { readonly type: "told" };

export function discoveryFromWire({ discovery }: RuleSet): DiscoveryRequest | undefined {
  return discovery && { values: discovery.values };
}

export function sortToWire(sort: SpanSort): WireSort {
  return {
    ...sort,
    kind: kindToWire(sort.kind),
    before: sort.before && sideToWire(sort.before),
    after: sort.after && sideToWire(sort.after),
    hold: modeToWire(sort.hold),
  };
}

export function bytesOfSort(sort: WireSort): number {
  return WireSort.encode(sort).finish().length;
}

export function sortFromWire(wire: WireSort): SpanSort {
  return {
    ...wire,
    kind: kindFromWire(wire.kind),
    before: wire.before && sideFromWire(wire.before),
    after: wire.after && sideFromWire(wire.after),
    hold: modeFromWire(wire.hold),
  };
}

export function discoveredFromWire({ sorts, dropped }: Discovered, agent: AgentRef): SeenSpans {
  return { agent, sorts: sorts.map(sortFromWire), dropped };
}

/** All that a coordinator has to hand on. */
export function textsOfSort({ scope, before, after }: SpanSort): readonly string[] {
  const ofSide = ({ name, flowRefusal = "", threadRefusal = "", attributes }: SpanSide) => [
    ...[name, flowRefusal, threadRefusal],
    ...attributes.flatMap(({ key, samples }) => [key, ...samples.map(String)]),
  ];
  return [scope, ...[before, after].flatMap((side) => (side ? ofSide(side) : []))];
}

export function seenToWire({ agent, sorts, dropped }: SeenSpans): WireSeen {
  const { instance, service, pid } = agent;
  return { instance, service, pid, sorts: sorts.map(sortToWire), dropped };
}

/** Empty for an event that this version does not know. */
export function foundFromWire({ event }: DiscoverEvent): Found[] {
  switch (event?.$case) {
    case "begun":
      return [{ type: "begun", silent: event.value.silent }];
    case "attached":
      return [{ type: "attached", agent: agentFromWire(event.value) }];
    case "left": {
      const { agent, died, reason } = event.value;
      return [{ type: "left", agent: agentFromWire(agent), died, reason }];
    }
    case "seen": {
      const { instance, service, pid, sorts, dropped } = event.value;
      return [{ type: "seen", agent: { instance, service, pid }, sorts: sorts.map(sortFromWire), dropped }];
    }
    case "told":
      return [{ type: "told" }];
    case undefined:
      return [];
  }
}

function sideToWire({ name, flowRefusal = "", threadRefusal = "", attributes }: SpanSide): WireSide {
  return {
    ...{ name, flowRefusal, threadRefusal },
    attributes: attributes.map(({ samples, ...rest }) => ({ ...rest, samples: samples.map(valueToWire) })),
  };
}

function sideFromWire({ name, flowRefusal, threadRefusal, attributes }: WireSide): SpanSide {
  return {
    name,
    flowRefusal: flowRefusal || undefined,
    threadRefusal: threadRefusal || undefined,
    attributes: attributes.map(
      ({ samples, ...rest }): SeenAttribute => ({
        ...rest,
        samples: samples.flatMap(({ value }) => (value ? [value.value] : [])),
      }),
    ),
  };
}
