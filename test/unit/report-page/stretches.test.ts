import { describe, expect, it } from "vitest";
import { lanesOf } from "../../../page/model/lanes.ts";
import type { Report } from "../../../src/report/report.ts";
import { draftReport, moment, reportedActor, reportedSpan } from "../../support/report-drafts.ts";

function stretchesOf(parts: Partial<Report>): readonly string[] {
  const [lane] = lanesOf(draftReport(parts));
  return lane?.stretches.map(({ state, fromMs, toMs }) => `${state} ${fromMs}-${toMs}`) ?? [];
}

const alice = reportedActor("alice", { beganMs: 5, endedMs: 50 });

describe("an actor", () => {
  it("moves from its begin to its end, but for where it stands and where it waits", () => {
    const pause = { phase: "before", mode: "flow", checkpoint: 0, fromMs: 10, toMs: 20, withdrawn: null } as const;
    const wait = { lock: "a lock", by: ["bob"], fromMs: 30, toMs: 35 };
    const spans = [reportedSpan("write", { startMs: 8, endMs: 40, pauses: [pause], waits: [wait] })];
    expect(stretchesOf({ actors: [alice], spans })).toEqual([
      ...["moves 5-10", "stands 10-20", "moves 20-30", "waits 30-35", "moves 35-50"],
    ]);
  });

  it("moves on behind its answer while spans of it are open", () => {
    const spans = [reportedSpan("later", { startMs: 40, endMs: 70 })];
    expect(stretchesOf({ actors: [alice], spans })).toEqual(["moves 5-70"]);
  });

  it("that has not ended is there up to the report's end; one that never began nowhere", () => {
    expect(stretchesOf({ actors: [reportedActor("alice", { beganMs: 5 })] })).toEqual(["moves 5-100"]);
    expect(stretchesOf({ actors: [reportedActor("alice", { beganMs: null })] })).toEqual([]);
  });

  it("is stuck where it was given up, from what it did last to what it does next", () => {
    const moments = [
      moment(5, "begin"),
      moment(10, "passed"),
      moment(40, "stalled"),
      moment(41, "reached"),
      moment(45, "passed"),
    ];
    expect(stretchesOf({ actors: [alice], moments })).toEqual(["moves 5-10", "stuck 10-45", "moves 45-50"]);
  });
});
