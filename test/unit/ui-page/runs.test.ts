// All runs and agents as the interactive page knows them.
import { expect, it } from "vitest";
import { type Everything, joined, nothing, seeAll, seeFailure } from "../../../page/live/model/runs.ts";
import { turnOf } from "../../../page/live/model/steps.ts";
import type { LiveMessage } from "../../../src/ui/protocol.ts";

function see(...messages: readonly LiveMessage[]): Everything {
  return messages.reduce(seeAll, nothing);
}

const opened = (runId: string): LiveMessage => ({ type: "runOpened", runId, starters: ["alice"] });
const step = (runId: string, state: "test" | "person" | "run"): LiveMessage => ({
  ...{ type: "step", runId, number: 1, state, wanted: state === "test" ? null : { type: "finish" } },
});

it("knows how many stand in a run, whose move it is there, and that nobody does anything in one that is closed", () => {
  const standing = { type: "standing", runId: "1", by: 1 } as const;
  const all = see(opened("1"), standing, standing, { ...standing, by: -1 }, step("1", "person"));
  expect(all.runs.get("1")).toMatchObject({ isOpen: true, standing: 1, step: { state: "person" } });
  const closed = seeAll(all, { type: "runClosed", runId: "1", failure: "" });
  expect(closed.runs.get("1")).toMatchObject({ isOpen: false, standing: 0, step: { state: "test" } });
});

it("knows of a run that failed before it was looked at, and of another connection's what it saw itself", () => {
  const failed = see(opened("1"), { type: "runClosed", runId: "1", failure: "StepTimedOut" });
  expect(failed.runs.get("1")).toMatchObject({ isOpen: false, hasFailed: true });
  expect(joined(nothing, failed).runs.get("1")?.hasFailed).toBe(true);
  const open = see(opened("1"));
  expect(joined(seeFailure(open, "1"), open).runs.get("1")?.hasFailed).toBe(true);
});

it("keeps five runs that are closed, the newest, and all that are open", () => {
  const closings = Array.from({ length: 9 }, (_, at) => [
    opened(`c${at}`),
    { type: "runClosed", runId: `c${at}`, failure: "" } as const,
  ]);
  const { runs } = see(opened("open"), ...closings.flat());
  expect([...runs.keys()]).toEqual(["open", "c4", "c5", "c6", "c7", "c8"]);
});

it("takes from a new connection what is there, and of what was before the runs, which are over by now", () => {
  const before = see(opened("gone"), opened("there"), step("gone", "person"), { type: "byHand", isOn: true });
  const after = joined(before, see(opened("there"), opened("new")));
  expect([...after.runs.values()].map(({ runId, isOpen }) => [runId, isOpen])).toEqual([
    ["gone", false],
    ["there", true],
    ["new", true],
  ]);
  expect(after.byHand).toBe(false);
  expect(after.runs.get("gone")?.step.state).toBe("test");
});

it("remembers which runs have failed, which no new connection tells", () => {
  const before = seeFailure(seeFailure(see(opened("open"), opened("closed"), opened("well")), "open"), "closed");
  const after = joined(before, see(opened("open"), opened("well")));
  expect([...after.runs.values()].map(({ runId, hasFailed }) => [runId, hasFailed])).toEqual([
    ["closed", true],
    ["open", true],
    ["well", false],
  ]);
});

it.each([
  ["person", "Your move: the test has called finish()"],
  ["run", "Under way: finish()"],
  ["test", "The test has the turn"],
] as const)("says whose move it is: %s", (state, text) => {
  expect(turnOf(see(opened("1"), step("1", state)).runs.get("1"), undefined).text).toBe(text);
});
