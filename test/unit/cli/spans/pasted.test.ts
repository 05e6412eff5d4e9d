// Whatever spans are called and have, from what an agent sees of them to what a reader pastes: that is taken by a
// starter and by the wire, and means them all.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SeenSorts } from "../../../../instrumentation/seen-sorts.ts";
import { Catalogue } from "../../../../src/cli/spans/catalogue.ts";
import { Lines } from "../../../../src/cli/spans/lines.ts";
import { compileSpan } from "../../../../src/core/matcher.ts";
import type { SpanKind, SpanMatch } from "../../../../src/core/model.ts";
import { Discovered } from "../../../../src/gen/spangate/v1/agent.ts";
import { SpanMatch as WireMatch } from "../../../../src/gen/spangate/v1/model.ts";
import { type Pattern, type SpanOptions, toSpanMatch } from "../../../../src/runner/checkpoint.ts";
import { discoveredFromWire, sortToWire } from "../../../../src/wire/discovery.ts";
import { matchFromWire, matchToWire } from "../../../../src/wire/spans.ts";

interface Span {
  readonly name: string;
  readonly kind: SpanKind;
  readonly scope: string;
  readonly attributes: Readonly<Record<string, string | number | boolean | (string | null)[]>>;
}

// Half a character, what a pattern and a regular expression take for more than itself, what a terminal obeys.
const anyUnit = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  fc.constantFrom("a", " ", "*", "?", "/", "\\", "$", "\n", "\u2028", "\u001b", "\ud800", "\udc00", "😀", '"'),
);
const anyText = fc.oneof(
  fc.string({ unit: anyUnit, maxLength: 8 }),
  // About as long as what is written, what is taken and what is told.
  fc
    .tuple(anyUnit, fc.constantFrom(155, 495, 990, 1_015, 1_500), fc.string({ unit: anyUnit, maxLength: 12 }))
    .map(([unit, length, end]) => unit.repeat(Math.ceil(length / unit.length)) + end),
);
const anyValue = fc.oneof(
  ...[anyText, fc.double(), fc.boolean(), fc.constantFrom("x", "1", 1, Number.NaN)],
  fc.array(fc.constantFrom("x", "y", null), { maxLength: 3 }),
);
const keys = ["tags", "url.path", "__proto__", "half \ud800"];
const anySpans: fc.Arbitrary<readonly Span[]> = fc.array(anyText, { minLength: 1, maxLength: 3 }).chain((names) =>
  fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      kind: fc.constantFrom("internal", "client"),
      // What no line can say tells entries apart, so that attributes have to.
      scope: fc.constantFrom("one", "two"),
      attributes: fc.dictionary(fc.constantFrom(...keys), anyValue),
    }),
    { minLength: 1, maxLength: 8 },
  ),
);

function listed(spans: readonly Span[], service: string): Catalogue {
  const sorts = new SeenSorts();
  const catalogue = new Catalogue();
  for (const { kind, scope, ...it } of spans) {
    const side = { ...it, flowRefusal: undefined, threadRefusal: undefined };
    sorts.note(keys, { ...{ kind, scope, before: side, after: side }, root: true, hold: "flow", firstAtMs: 0 });
    // Some are told alone, and some with others.
    if (it.name.length % 2 === 0) tell(catalogue, sorts, service);
  }
  tell(catalogue, sorts, service);
  return catalogue;
}

function tell(catalogue: Catalogue, seen: SeenSorts, service: string): void {
  const { sorts, dropped } = seen.take();
  const told = Discovered.decode(Discovered.encode({ sorts: sorts.map(sortToWire), dropped, atMs: 0 }).finish());
  catalogue.add(discoveredFromWire(told, { instance: "1", service, pid: 41 }));
}

/** What an agent gets that is asked for what the code says. */
function pasted(code: string): SpanMatch {
  const alice = { before: (name: Pattern, options: SpanOptions = {}) => toSpanMatch(name, options) };
  const gateway = { adopt: (_: string, { span, ...rest }: { span: Pattern }) => toSpanMatch(span, rest) };
  const match: SpanMatch = new Function("alice", "gateway", `return ${code}`)(alice, gateway);
  return matchFromWire(WireMatch.decode(WireMatch.encode(matchToWire(match)).finish()));
}

it("prints what is taken and means the spans, whatever these are", () => {
  fc.assert(
    fc.property(anySpans, fc.constantFrom("bank", ""), (spans, service) => {
      const { entries } = listed(spans, service);
      const lines = new Lines(entries);
      // As the wire tells it.
      const told = (name: string) => Buffer.from(name.slice(0, 1_024)).toString();
      for (const entry of entries) {
        const own = spans.filter(
          ({ name, kind, scope }) => told(name) === entry.before.name && kind === entry.kind && scope === entry.scope,
        );
        expect(own.length).toBeGreaterThan(0);
        for (const code of [lines.at(entry, "before")?.code ?? "none", lines.adopting(entry)]) {
          const matcher = compileSpan(pasted(code));
          for (const span of own) expect(matcher.name(span.name) && matcher.rest(span), code).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});
