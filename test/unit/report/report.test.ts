import { describe, expect, it } from "vitest";
import type { Entry, Happening } from "../../../src/core/happenings.ts";
import { Interleaving } from "../../../src/report/interleaving.ts";
import type { Report } from "../../../src/report/report.ts";
import { arrival, at, orderOf, passed } from "../../support/builders.ts";

const order = orderOf(at("alice", "before", "write"), at("bob", "blocked"), [
  at("alice", "finished"),
  at("bob", "after", "write", { ifReached: true }),
]);
const [[write] = [], [blocked] = [], [end] = []] = order;
const traceId = "0af7651916cd43dd8448eb211c80319c";
const stands = arrival("alice", "before", "write", [0]);
const wait = {
  ...{ actor: "bob", lock: "ShareLock on x", by: ["alice"], sessions: [] },
  call: passed("bob", "before", "update", { span: { ...passed("bob", "before", "update").span, spanId: "b1" } }),
};

function reportOf(...happenings: readonly (readonly [atMs: number, Happening])[]): Report {
  const actors = [
    { name: "alice", traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    { name: "bob", traceparent: undefined },
  ];
  const entries = happenings.map(([atMs, it]): Entry => ({ ...it, atMs }));
  return new Interleaving({ actors, order, openedAtMs: Date.UTC(2026, 0, 2), entries }).toJSON();
}

describe("an interleaving as data", () => {
  it("tells every actor's life and identity", () => {
    const { openedAt, actors, endMs } = reportOf(
      [1, { type: "begin", actor: "alice" }],
      [2, { type: "ended", actor: "alice", error: "Error: no" }],
    );
    expect({ openedAt, endMs }).toEqual({ openedAt: "2026-01-02T00:00:00.000Z", endMs: 2 });
    expect(actors).toEqual([
      { name: "alice", traceId, spanId: "b7ad6b7169203331", beganMs: 1, endedMs: 2, error: "Error: no" },
      { name: "bob", traceId: null, spanId: null, beganMs: null, endedMs: null, error: null },
    ]);
  });

  it("makes one span of its two ends, with what held it in front and what its call waited for", () => {
    const { spans } = reportOf(
      [1, { type: "passed", actor: "bob", passed: wait.call }],
      [2, { type: "held", actor: "alice", arrival: stands, checkpoint: 0 }],
      [3, { type: "blocked", actor: "bob", wait }],
      [5, { type: "released", actor: "alice", arrival: stands }],
      [6, { type: "freed", actor: "bob" }],
      [7, { type: "passed", actor: "alice", passed: passed("alice", "after", "write") }],
    );
    expect(spans).toMatchObject([
      {
        ...{ spanId: "b1", actor: "bob", name: "update", startMs: 1, endMs: null, pauses: [] },
        waits: [{ lock: "ShareLock on x", by: ["alice"], fromMs: 3, toMs: 6 }],
      },
      {
        ...{ spanId: "write", actor: "alice", service: "bank", parentSpanId: null, peer: null, startMs: 2, endMs: 7 },
        ...{ waits: [] },
        pauses: [{ phase: "before", mode: "flow", checkpoint: 0, fromMs: 2, toMs: 5, withdrawn: null }],
      },
    ]);
  });

  it("ends a wait with its call, whenever the probe is asked again", () => {
    const { spans } = reportOf(
      [3, { type: "blocked", actor: "bob", wait }],
      [5, { type: "passed", actor: "bob", passed: { ...wait.call, phase: "after" } }],
      [6, { type: "freed", actor: "bob" }],
    );
    expect(spans).toMatchObject([{ endMs: 5, waits: [{ fromMs: 3, toMs: 5 }] }]);
  });

  it("has no wait that ends before it begins, though its call ended while the probe was asked", () => {
    const { spans } = reportOf(
      [5, { type: "passed", actor: "bob", passed: { ...wait.call, phase: "after" } }],
      [6, { type: "blocked", actor: "bob", wait }],
      [6, { type: "freed", actor: "bob" }],
    );
    expect(spans).toMatchObject([{ endMs: 5, waits: [{ fromMs: 6, toMs: 6 }] }]);
  });

  it("tells whom a call waits for at which time, where its lock goes from one to the next", () => {
    const { spans } = reportOf(
      [3, { type: "blocked", actor: "bob", wait }],
      [5, { type: "blocked", actor: "bob", wait: { ...wait, by: ["carol"] } }],
      [6, { type: "freed", actor: "bob" }],
    );
    expect(spans).toMatchObject([
      {
        waits: [
          { by: ["alice"], fromMs: 3, toMs: 5 },
          { by: ["carol"], fromMs: 5, toMs: 6 },
        ],
      },
    ]);
  });

  it("leaves open what has not ended, and tells why a flow was gone", () => {
    const gone = arrival("bob", "after", "read", [3]);
    const { spans } = reportOf(
      [1, { type: "held", actor: "alice", arrival: stands, checkpoint: 0 }],
      [2, { type: "held", actor: "bob", arrival: gone, checkpoint: 3 }],
      [4, { type: "withdrawn", actor: "bob", arrival: gone, reason: "the client left" }],
    );
    expect(spans).toMatchObject([
      { startMs: 1, endMs: null, pauses: [{ toMs: null, withdrawn: null }] },
      { startMs: null, endMs: 2, pauses: [{ fromMs: 2, toMs: 4, withdrawn: "the client left" }] },
    ]);
  });

  it("has a span's last name and all its attributes", () => {
    const begun = passed("alice", "before", "GET");
    const ended = passed("alice", "after", "GET");
    const { spans } = reportOf(
      [1, { type: "passed", actor: "alice", passed: { ...begun, span: { ...begun.span, attributes: { a: 1 } } } }],
      [
        2,
        {
          type: "passed",
          actor: "alice",
          passed: { ...ended, span: { ...ended.span, name: "GET /x", attributes: { b: true } } },
        },
      ],
    );
    expect(spans).toMatchObject([{ spanId: "GET", name: "GET /x", attributes: { a: 1, b: true } }]);
  });

  it("tells what became of every checkpoint, as the line of code that makes it", () => {
    if (!write || !blocked || !end) throw new Error("The order has three steps.");
    const { order: told } = reportOf(
      [1, { type: "reached", reached: [{ checkpoint: write, reached: true, arrival: stands, wait: undefined }] }],
      [2, { type: "reached", reached: [{ checkpoint: blocked, reached: false, arrival: undefined, wait: undefined }] }],
    );
    expect(told.map(({ index, step, code, reached, atMs }) => [index, step, code, reached, atMs])).toEqual([
      [0, 0, 'alice.before("write")', true, 1],
      [1, 1, "bob.blocked", false, 2],
      [2, 2, "alice.finished", null, null],
      [3, 2, 'bob.after("write").ifReached()', null, null],
    ]);
  });

  it("tells the failure, whole", () => {
    const failure = { code: "StepTimedOut", message: "Too long.\n  Facts.", actor: undefined } as const;
    const { failure: told, moments } = reportOf([1, { type: "failed", failure }]);
    expect(told).toEqual({ ...failure, actor: null });
    expect(moments).toEqual([
      { atMs: 1, type: "failed", actor: null, text: "FAILED StepTimedOut: Too long.", spanId: null },
    ]);
  });

  it("stands in the sequence of time, whenever a happening was told", () => {
    const { moments } = reportOf(
      [3, { type: "ended", actor: "alice", error: undefined }],
      [2, { type: "passed", actor: "alice", passed: passed("alice", "after", "write") }],
    );
    expect(moments.map(({ type }) => type)).toEqual(["passed", "ended"]);
  });
});
