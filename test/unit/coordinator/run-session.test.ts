// What a run tells its test, and when.
import { beforeEach, describe, expect, it } from "vitest";
import { Coordinator } from "../../../src/coordinator/coordinator.ts";
import type { RunSession } from "../../../src/coordinator/run-session.ts";
import type { Entry } from "../../../src/core/happenings.ts";
import type { PassedSpan } from "../../../src/core/model.ts";
import { now } from "../../../src/real-time.ts";
import { arrival, at, facts, orderOf, passed } from "../../support/builders.ts";

let told: Entry[];
let session: RunSession;

beforeEach(() => {
  told = [];
  const definition = {
    ...{ starters: ["alice"], adopted: [], recordAttributes: [] },
    order: orderOf(at("alice", "before", "held")),
    limits: { stepTimeoutMs: 60_000, stallMs: 60_000 },
  };
  const observer = { tell: (entry: Entry) => told.push(entry), flush: () => {}, closed: () => {} };
  session = new Coordinator().openRun(definition, observer).session;
});

describe("of a flood of spans a run tells", () => {
  const places = () =>
    told.flatMap((it) =>
      it.type === "passed" ? `${it.passed.phase} ${it.passed.span.name}` : it.type === "held" ? "held" : [],
    );
  const put = (span: PassedSpan) => session.put({ type: "passed", passed: span });

  it("ten thousand starts and ends, and the ends of those whose starts were told", () => {
    session.put({ type: "arrived", arrival: arrival("alice", "before", "held", [0]) });
    for (let span = 0; span < 9_999; span++) put(passed("alice", "before", `${span}`));
    put(passed("alice", "before", "last"));
    put(passed("alice", "before", "untold"));
    put(passed("alice", "after", "untold"));
    put(passed("alice", "after", "last"));
    put(passed("alice", "after", "held"));
    expect(places()[0]).toBe("held");
    expect(places().slice(10_000)).toEqual(["before last", "after last", "after held"]);
  });
});

it("ends no wait before it has told of it, though the call ended while the probe was asked", () => {
  const call = passed("alice", "before", "update", {
    span: facts("update", { session: { system: "postgresql", server: "", id: 1 } }),
  });
  void session.request({ type: "next" });
  session.put({ type: "passed", passed: call });
  const endedAtMs = now();
  const wait = { actor: "alice", call, lock: "x", by: ["bob"], sessions: [] };
  session.put({ type: "probed", waits: [wait], isAsked: false, asOf: 0 });
  session.put({ type: "passed", passed: { ...call, phase: "after", atMs: endedAtMs - 1 } });
  const locks = told.filter(({ type }) => type === "blocked" || type === "freed");
  expect(locks.toSorted((one, other) => one.atMs - other.atMs).map(({ type }) => type)).toEqual(["blocked", "freed"]);
});
