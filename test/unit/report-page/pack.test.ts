import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packSpans } from "../../../page/model/pack.ts";
import type { ReportedSpan } from "../../../src/report/report.ts";
import { reportedSpan } from "../../support/report-drafts.ts";

const pause = { phase: "after", mode: "flow", checkpoint: 0, fromMs: 0, toMs: null, withdrawn: null } as const;

function rowsOf(...spans: readonly ReportedSpan[]): readonly (readonly string[])[] {
  return packSpans(spans, 100).map((row) => row.map(({ span }) => span.spanId));
}

/** A span of some parent before it, or none. */
const anySpans = fc
  .array(
    fc.record({
      parent: fc.nat(),
      start: fc.option(fc.nat(90), { nil: null }),
      length: fc.option(fc.nat(20), { nil: null }),
      heldFor: fc.option(fc.nat(30), { nil: null }),
    }),
    { maxLength: 30 },
  )
  .map((drafts) =>
    drafts.map(({ parent, start, length, heldFor }, at) => {
      const endMs = length === null ? null : (start ?? 0) + length;
      const parentSpanId = parent % (at + 2) <= at ? `s${parent % (at + 1)}` : null;
      const pauses = heldFor !== null && endMs !== null ? [{ ...pause, fromMs: endMs, toMs: endMs + heldFor }] : [];
      return reportedSpan(`s${at}`, { parentSpanId, startMs: start, endMs, pauses });
    }),
  );

describe("spans in rows", () => {
  it("stand under their parents, and beside one another where they run in parallel", () => {
    expect(
      rowsOf(
        reportedSpan("root", { startMs: 0, endMs: 10 }),
        reportedSpan("a", { parentSpanId: "root", startMs: 1, endMs: 5 }),
        reportedSpan("a1", { parentSpanId: "a", startMs: 2, endMs: 3 }),
        reportedSpan("b", { parentSpanId: "root", startMs: 4, endMs: 7 }),
        reportedSpan("c", { parentSpanId: "root", startMs: 8, endMs: 9 }),
      ),
    ).toEqual([["root"], ["a", "c"], ["a1"], ["b"]]);
  });

  it("follow one another in one row, though what a server does behind its answer goes on below", () => {
    const rows = rowsOf(
      reportedSpan("get", { startMs: 0, endMs: 5 }),
      reportedSpan("get-server", { parentSpanId: "get", startMs: 1, endMs: 6 }),
      reportedSpan("put", { startMs: 5, endMs: 9 }),
      reportedSpan("put-server", { parentSpanId: "put", startMs: 7, endMs: 8 }),
    );
    expect(rows).toEqual([
      ["get", "put"],
      ["get-server", "put-server"],
    ]);
  });

  it("keep the room that a pause behind them takes up", () => {
    const pauses = [{ ...pause, fromMs: 2, toMs: 6 }];
    const held = reportedSpan("held", { startMs: 1, endMs: 2, pauses });
    expect(rowsOf(held, reportedSpan("other", { startMs: 4, endMs: 5 }))).toEqual([["held"], ["other"]]);
    expect(rowsOf(held, reportedSpan("later", { startMs: 6, endMs: 7 }))).toEqual([["held", "later"]]);
  });

  it("run to the report's end while they are open, and begin where they are first heard of", () => {
    const open = reportedSpan("open", { startMs: 3, endMs: null });
    const unknown = reportedSpan("unknown", { startMs: null, endMs: 50 });
    const child = reportedSpan("child", { parentSpanId: "unknown", startMs: 20, endMs: 30 });
    const laid = packSpans([open, unknown, child], 100).flat();
    const times = Object.fromEntries(laid.map(({ span, fromMs, toMs }) => [span.spanId, [fromMs, toMs]]));
    expect(times).toEqual({ open: [3, 100], unknown: [20, 50], child: [20, 30] });
  });

  it("are all there, in levels, none over another, whatever their parents and times", () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const rows = packSpans(spans, 100);
        const laid = rows.flat();
        expect(laid.map(({ span }) => span.spanId).sort()).toEqual(spans.map(({ spanId }) => spanId).sort());
        const byId = new Map(laid.map((it) => [it.span.spanId, it]));
        for (const { span, row, level } of laid) {
          const parent = byId.get(span.parentSpanId ?? "");
          if (level > 1 && parent) {
            expect(row).toBeGreaterThan(parent.row);
            expect(level).toBe(parent.level + 1);
          }
        }
        for (const row of rows) {
          row.reduce((before, it) => {
            expect(it.fromMs).toBeGreaterThanOrEqual(before.reachMs);
            return it;
          });
        }
      }),
    );
  });

  it("without a length stand in front of what begins where they are", () => {
    const open = reportedSpan("open", { startMs: 9, endMs: null });
    const instant = reportedSpan("instant", { startMs: 9, endMs: 9 });
    expect(rowsOf(instant, open)).toEqual([["instant", "open"]]);
  });

  it("that are their own ancestors are there, once", () => {
    const rows = rowsOf(
      reportedSpan("a", { parentSpanId: "b" }),
      reportedSpan("b", { parentSpanId: "a" }),
      reportedSpan("c", { parentSpanId: "c" }),
    );
    expect(rows.flat().sort()).toEqual(["a", "b", "c"]);
  });

  it("may be nested as deep as they like", () => {
    const deep = Array.from({ length: 2000 }, (_, at) =>
      reportedSpan(`s${at}`, { parentSpanId: at === 0 ? null : `s${at - 1}` }),
    );
    expect(packSpans(deep, 1)).toHaveLength(2000);
  });
});
