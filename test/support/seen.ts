// Short ways to what agents tell of spans.
import type { SeenAttribute, SeenSpans, SpanSide, SpanSort } from "../../src/core/discovery.ts";
import type { AttributeValue } from "../../src/core/model.ts";

/** @param values of its attributes; `null` where they are not told */
export function sideOf(name: string, values: Record<string, AttributeValue | null> = {}, refusal?: string): SpanSide {
  const attributes = Object.entries(values).map(
    ([key, value]): SeenAttribute => ({ key, samples: value === null ? [] : [value], more: false, count: 1 }),
  );
  return { name, flowRefusal: refusal, threadRefusal: undefined, attributes };
}

export function sortOf(name: string, parts: Partial<SpanSort> = {}): SpanSort {
  const sides = { before: sideOf(name), after: sideOf(name) };
  return { scope: "test", kind: "client", root: false, count: 1, firstAtMs: 0, hold: "flow", ...sides, ...parts };
}

export function seenBy(service: string, ...sorts: readonly SpanSort[]): SeenSpans {
  return { agent: { instance: "1", service, pid: 41 }, sorts, dropped: 0 };
}
