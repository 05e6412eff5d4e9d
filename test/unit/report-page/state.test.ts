import { describe, expect, it } from "vitest";
import { spanKey } from "../../../page/model/items.ts";
import { modelOf } from "../../../page/model/model.ts";
import { widthOf } from "../../../page/model/view.ts";
import { type Action, axisOf, initialState, reduce, type State, viewOf } from "../../../page/state.ts";
import { draftReport, reportedSpan } from "../../support/report-drafts.ts";

const spans = [0, 400, 401, 900].map((startMs) => reportedSpan(`s${startMs}`, { startMs, endMs: startMs + 1 }));
const report = draftReport({ endMs: 1000, spans });
const model = modelOf(report);

function stateAfter(...actions: readonly Action[]): State {
  return actions.reduce((state, action) => reduce(model, state, action), initialState);
}

const select = (spanId: string): Action => ({ type: "select", key: spanKey(spanId), open: true, reveal: true });

describe("the window", () => {
  it("shows all of a report that grows, until somebody zooms", () => {
    const longer = modelOf({ ...report, endMs: 2000 });
    const linear = stateAfter({ type: "compress", on: false });
    expect(viewOf(longer, linear).to).toBeGreaterThan(2000);
    const zoomed = reduce(model, linear, { type: "zoom", factor: 2, at: null });
    expect(viewOf(longer, zoomed)).toEqual(viewOf(model, zoomed));
    expect(reduce(model, zoomed, { type: "zoom", factor: 0.01, at: null }).view).toBeNull();
  });

  it("stays at the time that it shows when the axis changes", () => {
    const close = stateAfter({ type: "fit", fromMs: 400, toMs: 402 });
    const times = (state: State) => {
      const { from, to } = viewOf(model, state);
      return [from, to].map((units) => axisOf(model, state).toMs(units));
    };
    const linear = reduce(model, close, { type: "compress", on: false });
    times(linear).forEach((ms, at) => {
      expect(ms).toBeCloseTo(times(close)[at] ?? 0, 3);
    });
  });

  it("comes along with the selection, and zooms where it is", () => {
    const there = stateAfter({ type: "fit", fromMs: 0, toMs: 1 }, select("s900"), {
      type: "zoom",
      factor: 2,
      at: null,
    });
    const { from, to } = viewOf(model, there);
    const at = axisOf(model, there).toUnits(900.5);
    expect(at).toBeGreaterThan(from);
    expect(at).toBeLessThan(to);
    expect(widthOf({ from, to })).toBeLessThan(axisOf(model, there).length);
  });
});

describe("closing", () => {
  it("goes step by step: the keys, the details, the selection", () => {
    const close: Action = { type: "close" };
    const open = stateAfter(select("s400"), { type: "help", on: true });
    const steps = [
      open,
      ...[1, 2, 3].map((times) =>
        Array(times)
          .fill(close)
          .reduce((it) => reduce(model, it, close), open),
      ),
    ];
    expect(steps.map(({ help, open, selected }) => [help, open, selected !== null])).toEqual([
      [true, true, true],
      [false, true, true],
      [false, false, true],
      [false, false, false],
    ]);
  });
});
