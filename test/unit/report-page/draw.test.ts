import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawRow, type Piece } from "../../../page/model/draw.ts";
import { packSpans } from "../../../page/model/pack.ts";
import { linearAxis } from "../../../page/model/time-axis.ts";
import type { ReportedSpan } from "../../../src/report/report.ts";
import { reportedSpan } from "../../support/report-drafts.ts";

const axis = linearAxis(1000);
const whole = { axis, view: { from: 0, to: 1000 }, width: 1000 };

function drawn(spans: readonly ReportedSpan[], frame = whole): readonly Piece[] {
  return drawRow(packSpans(spans, 1000)[0] ?? [], frame, 1000);
}

function sequence(count: number, lengthMs: number, gapMs: number): readonly ReportedSpan[] {
  return Array.from({ length: count }, (_, at) => {
    const startMs = at * (lengthMs + gapMs);
    return reportedSpan(`s${at}`, { startMs, endMs: startMs + lengthMs });
  });
}

describe("a row", () => {
  it("draws spans that are too small to be told apart as one, which says how many they are", () => {
    expect(drawn(sequence(500, 0.1, 0.1))).toMatchObject([{ type: "cluster", count: 500 }]);
    const closer = { ...whole, view: { from: 0, to: 2 } };
    expect(drawn(sequence(500, 0.1, 0.1), closer).map(({ type }) => type)).not.toContain("cluster");
  });

  it("draws what is in the window, and little else", () => {
    const frame = { ...whole, view: { from: 500, to: 520 } };
    const pieces = drawn(sequence(100, 8, 2), frame);
    expect(pieces.map((it) => it.type === "bar" && it.laid.span.spanId)).toEqual(["s50", "s51", "s52"]);
  });

  it("never has more pieces than there is room for, nor one over another", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true })), {
          maxLength: 600,
        }),
        (parts) => {
          let at = 0;
          const spans = parts.map(([gap, length], number) => {
            const startMs = at + gap;
            at = startMs + length;
            return reportedSpan(`s${number}`, { startMs, endMs: at });
          });
          const pieces = drawn(spans);
          expect(pieces.length).toBeLessThanOrEqual(400);
          pieces.reduce(
            (before, it) => {
              expect(it.x).toBeGreaterThanOrEqual(before.x + before.width - 1e-6);
              return it;
            },
            { x: Number.NEGATIVE_INFINITY, width: 0 } as Pick<Piece, "x" | "width">,
          );
        },
      ),
    );
  });

  it("has pauses before a span within it, and those after it behind its end", () => {
    const pause = { mode: "flow", checkpoint: 0, withdrawn: null } as const;
    const pauses = [
      { ...pause, phase: "before", fromMs: 100, toMs: 200 },
      { ...pause, phase: "after", fromMs: 300, toMs: 400 },
    ] as const;
    const [bar] = drawn([reportedSpan("held", { startMs: 100, endMs: 300, pauses })]);
    expect(bar).toMatchObject({
      ...{ x: 100, width: 200 },
      blocks: [
        { x: 100, width: 100 },
        { x: 300, width: 100 },
      ],
      label: { place: "inside", x: 200, width: 100 },
    });
  });

  it("puts a label that has no room inside behind the bar, up to the next one", () => {
    const [first] = drawn([
      reportedSpan("a", { startMs: 100, endMs: 105 }),
      reportedSpan("b", { startMs: 300, endMs: 305 }),
    ]);
    expect(first).toMatchObject({ label: { place: "behind", x: 105, width: 193 } });
  });

  it("draws what is selected by itself, however small it is", () => {
    const row = packSpans(sequence(500, 0.1, 0.1), 1000)[0] ?? [];
    const pieces = drawRow(row, whole, 1000, "s250");
    expect(pieces).toMatchObject([
      { type: "cluster", count: 499 },
      { type: "bar", laid: { span: { spanId: "s250" } } },
    ]);
  });

  it("keeps the label of a span in sight that began before the window", () => {
    const frame = { ...whole, view: { from: 400, to: 500 } };
    const [bar] = drawn([reportedSpan("long", { startMs: 0, endMs: 1000 })], frame);
    expect(bar).toMatchObject({ label: { place: "inside", x: 0, width: 1000 } });
  });
});
