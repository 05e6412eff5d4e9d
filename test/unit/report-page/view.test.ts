import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeUp, isWhole, pan, reveal, type View, whole, widthOf, zoom } from "../../../page/model/view.ts";

const length = 100;
const all = whole(length);
const anyView = fc
  .tuple(fc.double({ min: 0, max: 99, noNaN: true }), fc.double({ min: 0.001, max: 100, noNaN: true }))
  .map(([from, width]) => pan({ from, to: from + width }, 0, length));

function expectWithin({ from, to }: View): void {
  expect(from).toBeGreaterThanOrEqual(all.from - 1e-9);
  expect(to).toBeLessThanOrEqual(all.to + 1e-9);
  expect(to).toBeGreaterThan(from);
}

describe("the window on the axis", () => {
  it("stays where the pointer is when it zooms in", () => {
    fc.assert(
      fc.property(anyView, fc.double({ min: 0, max: 1, noNaN: true }), (view, part) => {
        const anchor = view.from + part * widthOf(view);
        const closer = zoom(view, 2, anchor, length);
        expect((anchor - closer.from) / widthOf(closer)).toBeCloseTo(part, 5);
        expect(widthOf(closer)).toBeCloseTo(widthOf(view) / 2, 9);
      }),
    );
  });

  it("never leaves the run, whatever is done to it", () => {
    const step = fc.oneof(
      fc.record({ factor: fc.double({ min: 0.01, max: 100, noNaN: true }), at: fc.integer({ min: -50, max: 150 }) }),
      fc.record({ by: fc.integer({ min: -300, max: 300 }) }),
      fc.record({ start: fc.integer({ min: 0, max: 100 }), long: fc.integer({ min: 0, max: 100 }) }),
    );
    fc.assert(
      fc.property(anyView, fc.array(step), (first, steps) => {
        let view = first;
        for (const it of steps) {
          if ("factor" in it) view = zoom(view, it.factor, it.at, length);
          else if ("by" in it) view = pan(view, it.by, length);
          else view = closeUp(it.start, Math.min(100, it.start + it.long), length);
          expectWithin(view);
        }
      }),
    );
  });

  it("shows all of it when it is zoomed out far enough", () => {
    expect(isWhole(zoom({ from: 40, to: 41 }, 1e-9, 40.5, length), length)).toBe(true);
    expect(isWhole(zoom(all, 2, 50, length), length)).toBe(false);
  });

  it("moves to what is asked for, and not where that is in sight", () => {
    fc.assert(
      fc.property(anyView, fc.double({ min: 0, max: 100, noNaN: true }), (view, at) => {
        const moved = reveal(view, at, at, length);
        expect(moved.from).toBeLessThanOrEqual(at);
        expect(moved.to).toBeGreaterThanOrEqual(at);
        expect(widthOf(moved)).toBeCloseTo(widthOf(view), 6);
      }),
    );
    const view = { from: 10, to: 20 };
    expect(reveal(view, 14, 15, length)).toBe(view);
  });
});
