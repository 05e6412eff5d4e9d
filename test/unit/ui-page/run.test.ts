// One run as the interactive page makes it of events.
import { describe, expect, it } from "vitest";
import { actorOf, announcementOf, rowOf } from "../../../page/live/model/rows.ts";
import { RunView, rowLimit, stateOf } from "../../../page/live/model/run.ts";
import { choicesOf, nextText } from "../../../page/live/model/steps.ts";
import type { LiveEvent, LivePlace, LiveRun } from "../../../src/ui/protocol.ts";

const run: LiveRun = {
  ...{ runId: "1", starters: ["alice", "bob"], recordAttributes: [], openedAtMs: 0, missed: 3 },
  order: [0, 1, 1, 2].map((step, index) => ({
    ...{ index, step, actor: "alice", phase: "after", code: `checkpoint ${index}` },
  })),
};

function place(name: string, parts: Partial<LivePlace> = {}): LivePlace {
  const rest = { kind: "client", spanId: name, scope: "", peer: "", attributes: {} } as const;
  return { phase: "after", name, ...rest, service: "bank", instance: "7", pid: 1, ...parts };
}

let sequence = 0;
type Draft = LiveEvent extends infer One ? (One extends LiveEvent ? Omit<One, "sequence"> : never) : never;

function view(...drafts: readonly Draft[]): RunView {
  const it = new RunView(run);
  it.add(drafts.map((draft) => ({ ...draft, sequence: ++sequence }) as LiveEvent));
  return it;
}

const begin = (actor: string, atMs: number): Draft => ({ type: "begin", actor, atMs });
const passed = (actor: string, atMs: number, name = "x"): Draft => ({
  ...{ type: "passed", actor, atMs, place: place(name) },
});
const held = (actor: string, atMs: number, id: number): Draft => ({
  ...{ type: "held", actor, atMs, id, place: place("read"), checkpoint: 0 },
});
const released = (actor: string, atMs: number, id: number): Draft => ({
  ...{ type: "released", actor, atMs, id, place: place("read") },
});
const reached = (atMs: number, ...checkpoints: readonly number[]): Draft => ({
  ...{ type: "reached", actor: null, atMs },
  reached: checkpoints.map((checkpoint) => ({ checkpoint, isReached: true })),
});

describe("an actor", () => {
  const stateAfter = (...drafts: readonly Draft[]) => {
    const actor = view(...drafts).actors.get("alice");
    return actor && stateOf(actor);
  };

  it("does nothing before it begins and after it ends", () => {
    expect(stateAfter()).toBeUndefined();
    expect(stateAfter(begin("alice", 1), { type: "ended", actor: "alice", atMs: 2, error: null })).toBeUndefined();
  });

  it("moves, stands while any of its holds is left, and waits for a lock", () => {
    expect(stateAfter(begin("alice", 1))).toBe("moves");
    expect(stateAfter(begin("alice", 1), held("alice", 2, 1), held("alice", 3, 2), released("alice", 4, 1))).toBe(
      "stands",
    );
    const blocked: Draft = {
      ...{ type: "blocked", actor: "alice", atMs: 2 },
      lock: "l",
      by: ["bob"],
      name: "u",
      service: "b",
    };
    expect(stateAfter(begin("alice", 1), blocked)).toBe("waits");
    expect(stateAfter(begin("alice", 1), blocked, { type: "freed", actor: "alice", atMs: 3 })).toBe("moves");
  });

  it("has stretches over the rows in which it moves and stands", () => {
    const { actors } = view(begin("alice", 1), begin("bob", 2), held("alice", 3, 1), released("alice", 4, 1));
    expect(actors.get("alice")?.stretches).toEqual([
      { state: "moves", from: 0, to: 2 },
      { state: "stands", from: 2, to: 3 },
      { state: "moves", from: 3, to: null },
    ]);
  });
});

describe("the rows", () => {
  it("stand in time, though spans that passed are told late, and stretches move with them", () => {
    const it = view(
      begin("alice", 1),
      held("alice", 5, 1),
      released("alice", 9, 1),
      passed("bob", 3),
      passed("bob", 7),
    );
    expect(it.rows.map(({ atMs }) => atMs)).toEqual([1, 3, 5, 7, 9]);
    expect(it.actors.get("alice")?.stretches).toEqual([
      { state: "moves", from: 0, to: 2 },
      { state: "stands", from: 2, to: 4 },
      { state: "moves", from: 4, to: null },
    ]);
  });

  it("are no more than a page can carry, and the page says how many are missing", () => {
    const many = Array.from({ length: rowLimit + 10 }, (_, at) => passed("alice", at));
    const it = view(begin("alice", 0), ...many);
    expect(it.rows.length).toBe(rowLimit);
    expect(it.missed).toBe(3 + 11);
    expect(it.rows.at(-1)?.atMs).toBe(rowLimit + 9);
  });

  it("tell what was reached in its actor's column, apart from what was not", () => {
    const order = run.order.map((it) => ({ ...it, actor: it.index < 3 ? "alice" : "bob" }));
    const code = (index: number) => `checkpoint ${index}`;
    const rowAndActor = (...all: readonly [number, boolean][]) => {
      const told = all.map(([checkpoint, isReached]) => ({ checkpoint, isReached }));
      const event = { type: "reached", actor: null, atMs: 1, sequence: 0, reached: told } as const;
      return [actorOf(event, order), rowOf(event, code).text];
    };
    expect(rowAndActor([1, true], [2, true])).toEqual(["alice", "reached checkpoint 1, checkpoint 2"]);
    expect(rowAndActor([3, false])).toEqual(["bob", "not reached: checkpoint 3"]);
    expect(rowAndActor([2, true], [3, false])).toEqual([null, "reached checkpoint 2; not reached: checkpoint 3"]);
    expect(actorOf({ ...begin("bob", 1), sequence: 0 } as LiveEvent, order)).toBe("bob");
  });

  it("tell a statement where it is recorded, and the service where it is not", () => {
    const [plain, told] = [{}, { "db.query.text": "SELECT\n 1" }].map((attributes) => {
      const event = view({ ...{ type: "passed", actor: "alice", atMs: 0 }, place: place("pg", { attributes }) })
        .rows[0];
      return event && rowOf(event, () => "").detail;
    });
    expect([plain, told]).toEqual(["bank", "SELECT 1"]);
  });
});

describe("the order", () => {
  it("is at the first step that was not reached", () => {
    expect(view().position).toBe(0);
    expect(view(reached(1, 0)).position).toBe(1);
    expect(view(reached(1, 0), reached(2, 1, 2)).next.map(({ index }) => index)).toEqual([3]);
  });

  it("says what comes next", () => {
    expect(nextText(view())).toBe("checkpoint 0");
    expect(nextText(view(reached(1, 0)))).toBe("checkpoint 1 and 1 more");
    expect(nextText(view(reached(1, 0), reached(1, 1, 2), reached(1, 3)))).toBe("every actor runs to its end");
  });

  it.each([
    ["a finish()", { type: "finish" }, [1, 2, 3]],
    ["a skipTo()", { type: "skipTo", checkpoint: 1 }, [1, 2]],
    ["a next()", { type: "next" }, [1, 2]],
  ] as const)("offers of %s only what is ahead and not beyond it", (_, wanted, choices) => {
    const step = { number: 1, state: "person", wanted } as const;
    expect(choicesOf(step, view(reached(1, 0))).map(({ index }) => index)).toEqual(choices);
  });
});

it("tells who does not see the page what was reached, who ends, and nothing of every span", () => {
  const code = (index: number) => `checkpoint ${index}`;
  const said = (draft: Draft) => announcementOf({ ...draft, sequence: 0 } as LiveEvent, code);
  expect(said(reached(1, 0, 1))).toBe("reached checkpoint 0, checkpoint 1");
  expect(said({ type: "ended", actor: "alice", atMs: 0, error: "no" })).toBe("alice ends with an error");
  expect(said(passed("alice", 1))).toBeUndefined();
});
