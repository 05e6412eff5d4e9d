// What is kept of a run for those who come late.
import { expect, it } from "vitest";
import { RunRecord } from "../../../src/coordinator/run-record.ts";
import type { Entry } from "../../../src/core/happenings.ts";
import { coordinatorLimits } from "../../../src/core/limits.ts";
import { passed } from "../../support/builders.ts";

const limits = { stepTimeoutMs: 1, stallMs: 1 };
const definition = { starters: ["alice"], adopted: [], order: [], limits, recordAttributes: [] };

it("is all but the oldest spans that passed, and how many those are", () => {
  const record = new RunRecord("1", definition, 0);
  const begin: Entry = { type: "begin", actor: "alice", atMs: 0 };
  const pass: Entry = { type: "passed", actor: "alice", passed: passed("alice", "before", "x"), atMs: 1 };
  record.add({ sequence: 1, entry: begin });
  for (let at = 0; at < coordinatorLimits.passed + 1; at += 1) record.add({ sequence: at + 2, entry: pass });
  expect(record.missed).toBe(coordinatorLimits.passed / 10);
  expect(record.events.length).toBe(1 + coordinatorLimits.passed + 1 - record.missed);
  expect(record.events[0]?.entry).toBe(begin);
  expect(record.events.at(-1)?.sequence).toBe(coordinatorLimits.passed + 2);
});

it("is told to nobody who has left, or after its end", () => {
  const record = new RunRecord("1", definition, 0);
  const seen: string[] = [];
  const follower = { see: () => seen.push("event"), end: () => seen.push("end") };
  record.follow(follower)();
  record.follow(follower);
  record.add({ sequence: 1, entry: { type: "begin", actor: "alice", atMs: 0 } });
  record.end();
  record.follow(follower);
  expect(seen).toEqual(["event", "end", "end"]);
});
