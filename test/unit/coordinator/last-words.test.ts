// What agents tell at an actor's end.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Coordinator } from "../../../src/coordinator/coordinator.ts";
import type { RunSession } from "../../../src/coordinator/run-session.ts";
import type * as RealTime from "../../../src/real-time.ts";
import { AnsweringAgent } from "../../support/answering-agent.ts";
import { at, orderOf, passed } from "../../support/builders.ts";

// Here the fake clock is the coordinator's too.
vi.mock("../../../src/real-time.ts", async (load) => ({
  ...(await load<typeof RealTime>()),
  setTimeout: (...args: Parameters<typeof setTimeout>) => globalThis.setTimeout(...args),
  clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}));

const turnOfTheLoop = () => new Promise(setImmediate);
let coordinator: Coordinator;
let agent: AnsweringAgent;
let told: string[];
let run: RunSession;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  coordinator = new Coordinator();
  agent = new AnsweringAgent(coordinator, "bank");
  told = [];
});
afterEach(() => {
  vi.useRealTimers();
});

/** A run of alice, whose action ends. True when that is her end. */
async function ends(): Promise<boolean> {
  const order = orderOf(at("alice", "finished"));
  const limits = { stepTimeoutMs: 60_000, stallMs: 60_000 };
  const observer = { tell: ({ type }: { type: string }) => told.push(type), flush: () => {}, closed: () => {} };
  run = coordinator.openRun(
    { starters: ["alice"], adopted: [], order, limits, recordAttributes: [] },
    observer,
  ).session;
  let isOver = false;
  void run.request({ type: "next" }).then(() => {
    isOver = true;
  });
  run.put({ type: "ended", actor: "alice", error: undefined, called: [] });
  await turnOfTheLoop();
  return isOver;
}

it("are heard before it", async () => {
  agent.beforeSync = () => {
    coordinator.passed(run.id, passed("alice", "before", "read", { agent: agent.ref }));
    coordinator.passed(run.id, passed("alice", "after", "read", { agent: agent.ref }));
  };
  expect(await ends()).toBe(true);
  expect(told).toEqual(["begin", "ended", "passed", "passed", "reached"]);
});

it("put it off where they tell of something that is under way", async () => {
  agent.beforeSync = () => coordinator.passed(run.id, passed("alice", "before", "read", { agent: agent.ref }));
  expect(await ends()).toBe(false);
});

it("are waited for again from an agent that answered late", async () => {
  agent.isStopped = true;
  expect(await ends()).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  agent.answer();
  expect(await ends()).toBe(false);
});

it("are waited for once, and again from an agent that has told something since", async () => {
  agent.isStopped = true;
  expect(await ends()).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  expect(told.at(-1)).toBe("reached");
  expect(await ends()).toBe(true);
  coordinator.passed("a run of before", passed("alice", "after", "read", { agent: agent.ref }));
  expect(await ends()).toBe(false);
});
