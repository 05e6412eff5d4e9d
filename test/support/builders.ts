// Short ways to the core's plain data.

import type {
  AgentRef,
  Arrival,
  Checkpoint,
  PassedSpan,
  Phase,
  SpanFacts,
  SpanMatch,
  Step,
} from "../../src/core/model.ts";
import type { Surroundings } from "../../src/core/surroundings.ts";

export const bank: AgentRef = { instance: "1", service: "bank", pid: 41 };
export const shop: AgentRef = { instance: "2", service: "shop", pid: 42 };

export const nothingAround: Surroundings = { agents: [], frozen: [], silent: [], shortages: [] };

export type Draft = Omit<Checkpoint, "index">;

/** Numbers the checkpoints of an order; an entry that is a list is awaited together. */
export function orderOf(...entries: readonly (Draft | readonly Draft[])[]): readonly Step[] {
  let index = 0;
  return entries.map((entry) =>
    (Array.isArray(entry) ? entry : [entry as Draft]).map((it) => ({ ...it, index: index++ })),
  );
}

export function spanMatch(name: string, parts: Partial<SpanMatch> = {}): SpanMatch {
  return { name: { type: "exact", text: name }, service: undefined, kind: undefined, attributes: [], ...parts };
}

export function at(actor: string, phase: Phase, name?: string, parts: Partial<Draft> = {}): Draft {
  return {
    ...{ actor, phase, nth: undefined, hold: undefined, ifReached: false },
    span: name === undefined ? undefined : spanMatch(name),
    ...parts,
  };
}

export function facts(name: string, parts: Partial<SpanFacts> = {}): SpanFacts {
  const rest = {
    spanId: name,
    parentSpanId: "",
    scope: "test",
    peer: "",
    attributes: {},
    endless: false,
    session: undefined,
  };
  return { name, kind: "internal", ...rest, ...parts };
}

export function passed(
  actor: string,
  phase: "before" | "after",
  name: string,
  parts: Partial<PassedSpan> = {},
): PassedSpan {
  return { actor, phase, span: facts(name), agent: bank, ...parts };
}

let arrivals = 0;

/** An arrival with an id of its own. */
export function arrival(
  actor: string,
  phase: "before" | "after",
  name: string,
  checkpoints: readonly number[],
  parts: Partial<Arrival> = {},
): Arrival {
  arrivals += 1;
  return { id: arrivals, actor, phase, checkpoints, span: facts(name), agent: bank, mode: "flow", ...parts };
}
