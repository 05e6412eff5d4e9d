import { describe, expect, it } from "vitest";
import { finderOf } from "../../../page/model/filter.ts";
import { type Direction, type Key, neighbour } from "../../../page/model/items.ts";
import { modelOf } from "../../../page/model/model.ts";
import { draftReport, moment, reportedSpan } from "../../support/report-drafts.ts";

const pause = { phase: "after", mode: "flow", checkpoint: 0, fromMs: 30, toMs: 60, withdrawn: null } as const;
const wait = { lock: "ShareLock on transactionid", by: ["alice"], fromMs: 50, toMs: 61 };
const report = draftReport({
  spans: [
    reportedSpan("post", { startMs: 10, endMs: 90 }),
    reportedSpan("read", { parentSpanId: "post", startMs: 20, endMs: 30, pauses: [pause] }),
    reportedSpan("update", {
      ...{ actor: "bob", startMs: 40, endMs: 70, waits: [wait] },
      attributes: { "db.query.text": "UPDATE account" },
    }),
  ],
  moments: [
    moment(5, "begin"),
    moment(20, "passed", { spanId: "read" }),
    moment(30, "held", { spanId: "read" }),
    moment(50, "blocked", { actor: "bob", spanId: "update" }),
    moment(60, "released", { spanId: "read" }),
    moment(95, "failed", { actor: null }),
  ],
});
const model = modelOf(report);

function from(key: Key | null, ...directions: readonly Direction[]): Key | undefined {
  let item = key === null ? undefined : model.items.byKey.get(key);
  for (const direction of directions) item = neighbour(model.items, item, direction);
  return item?.key;
}

describe("the arrow keys", () => {
  it("begin with the first thing", () => {
    expect(from(null, "next")).toBe("moment 0");
  });

  it("go along an actor in time", () => {
    expect(from("moment 0", "next")).toBe("span post");
    expect(from("span post", "next")).toBe("span read");
    expect(from("span read", "next")).toBe("pause read 0");
    expect(from("pause read 0", "previous")).toBe("span read");
    expect(from("span read", "first")).toBe("moment 0");
    expect(from("span read", "last")).toBe("moment 4");
    expect(from("moment 4", "next")).toBe(undefined);
  });

  it("go to what stands nearest above and below, of the next actor too", () => {
    expect(from("span read", "up")).toBe("span post");
    expect(from("pause read 0", "down")).toBe("span update");
    expect(from("span update", "up")).toBe("pause read 0");
  });
});

describe("a moment", () => {
  it("is a part of the pause, the wait or the span that it tells of, or stands for itself", () => {
    expect(model.momentKeys).toEqual([
      ...["moment 0", "span read", "pause read 0", "wait update 0", "pause read 0", "moment 5"],
    ]);
  });
});

describe("the filter", () => {
  it.each([
    ["bob", ["span update", "wait update 0"]],
    ["ALICE rea", ["span read", "pause read 0"]],
    ["account", ["span update", "wait update 0"]],
    ["nobody", []],
  ])("finds by actor, name, statement and lock: %s", (text, keys) => {
    const finds = finderOf(text, report);
    expect(
      model.items.lanes
        .flat()
        .filter((item) => finds?.(item))
        .map(({ key }) => key),
    ).toEqual(keys);
  });

  it("is none where nothing is asked", () => {
    expect(finderOf("  ", report)).toBeUndefined();
  });
});
