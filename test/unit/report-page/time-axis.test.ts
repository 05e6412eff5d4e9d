import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelOf } from "../../../page/model/model.ts";
import { ticksOf } from "../../../page/model/ticks.ts";
import { linearAxis, type TimeAxis } from "../../../page/model/time-axis.ts";
import { draftReport, moment, reportedActor, reportedSpan } from "../../support/report-drafts.ts";

/** A millisecond of work, a second in which alice is held, and a millisecond of work. */
const held = draftReport({
  endMs: 1002,
  actors: [reportedActor("alice", { beganMs: 0, endedMs: 1002 })],
  spans: [
    reportedSpan("read", {
      ...{ startMs: 0, endMs: 1 },
      pauses: [{ phase: "after", mode: "flow", checkpoint: 0, fromMs: 1, toMs: 1001, withdrawn: null }],
    }),
    reportedSpan("write", { startMs: 1001, endMs: 1002 }),
  ],
  moments: Array.from({ length: 99 }, (_, at) => (at < 50 ? at / 50 : 1001 + (at - 49) / 50)).map((atMs) =>
    moment(atMs, "passed"),
  ),
});

const anyReport = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true })), {
    maxLength: 20,
  })
  .map((times) =>
    draftReport({
      endMs: 1050,
      spans: times.map(([startMs, length], at) => reportedSpan(`s${at}`, { startMs, endMs: startMs + length })),
    }),
  );

function axesOf(report: Parameters<typeof modelOf>[0]): readonly TimeAxis[] {
  const { compressed, linear } = modelOf(report).axes;
  return [compressed, linear];
}

describe("the axis", () => {
  it("breaks a stretch in which nobody moves, and leaves the work as long as it was", () => {
    const { compressed } = modelOf(held).axes;
    expect(compressed.breaks).toEqual([{ fromMs: 1, toMs: 1001, idle: true }]);
    expect(compressed.toUnits(1) - compressed.toUnits(0)).toBeCloseTo(1);
    expect(compressed.toUnits(1002) - compressed.toUnits(1001)).toBeCloseTo(1);
    const broken = compressed.toUnits(1001) - compressed.toUnits(1);
    expect(broken / compressed.length).toBeCloseTo(1 / 40);
  });

  it("gives more room to a stretch in which somebody moves and nothing is told", () => {
    const quiet = { ...held, spans: held.spans.map((span) => ({ ...span, pauses: [] })) };
    const { compressed } = modelOf(quiet).axes;
    expect(compressed.breaks).toEqual([{ fromMs: 1, toMs: 1001, idle: false }]);
    expect((compressed.toUnits(1001) - compressed.toUnits(1)) / compressed.length).toBeCloseTo(3 / 40);
  });

  it("breaks nothing where all that happens is spread evenly", () => {
    const even = draftReport({ moments: Array.from({ length: 99 }, (_, at) => moment(at + 1, "passed")) });
    expect(modelOf(even).axes.compressed.breaks).toEqual([]);
  });

  it("goes from time to place and back, and never runs backwards", () => {
    fc.assert(
      fc.property(anyReport, fc.array(fc.double({ min: 0, max: 1050, noNaN: true })), (report, times) => {
        for (const axis of axesOf(report)) {
          const places = times.toSorted((one, other) => one - other).map(axis.toUnits);
          expect(places).toEqual(places.toSorted((one, other) => one - other));
          for (const ms of times) expect(axis.toMs(axis.toUnits(ms))).toBeCloseTo(ms, 6);
          expect(axis.length).toBeLessThanOrEqual(1050 + 1e-6);
        }
      }),
    );
  });

  it("has a length when nothing has happened", () => {
    for (const axis of axesOf(draftReport({ endMs: 0 }))) expect(axis.length).toBeGreaterThan(0);
  });
});

describe("ticks", () => {
  it("are round times, apart from one another and out of the breaks", () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 100, max: 3000 }), (report, width) => {
        for (const axis of axesOf(report)) {
          const ticks = ticksOf(axis, { from: 0, to: axis.length }, width);
          ticks.forEach(({ atMs, x }, at) => {
            expect(axis.breaks.filter(({ fromMs, toMs }) => atMs > fromMs + 1e-6 && atMs < toMs - 1e-6)).toEqual([]);
            expect(x).toBeGreaterThan(ticks[at - 1]?.x ?? Number.NEGATIVE_INFINITY);
          });
        }
      }),
    );
    const linear = ticksOf(linearAxis(100), { from: 0, to: 100 }, 1000);
    expect(linear.map(({ text }) => text).slice(0, 3)).toEqual(["0 ms", "10 ms", "20 ms"]);
  });
});
