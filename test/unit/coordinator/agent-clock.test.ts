import * as fc from "fast-check";
import { expect, it } from "vitest";
import { AgentClock } from "../../../src/coordinator/agent-clock.ts";

/** Another machine's clock, or this one's. */
const anyDifference = fc.oneof(
  fc.double({ min: -1e6, max: -1, noNaN: true }),
  fc.constant(0),
  fc.double({ min: 1_001, max: 1e6, noNaN: true }),
);
const anyWay = fc.double({ min: 0, max: 50, noNaN: true });

it("tells an agent's time by ours, late by the shortest way seen at most", () => {
  const clock = new AgentClock();
  clock.compare(1_000, 5_000.25);
  expect(clock.toOurs(990)).toBe(4_990.25);
  // A message that was long on its way changes nothing.
  clock.compare(1_010, 5_040);
  expect(clock.toOurs(1_005)).toBe(5_005.25);
});

it("takes the times of this machine's clock as they are, however late they are told", () => {
  const clock = new AgentClock();
  clock.compare(1_000, 1_040);
  expect(clock.toOurs(990)).toBe(990);
});

it("takes a clock that is ahead of ours for another one, however near it is", () => {
  const clock = new AgentClock();
  clock.compare(1_000, 999);
  clock.compare(1_010, 1_011);
  expect(clock.toOurs(1_005)).toBe(1_004);
});

it("keeps the agent's sequence, and lets nothing happen after it was told", () => {
  // Batches of events, each told by the agent at some time and some way later here.
  const anyBatch = fc.record({ gaps: fc.array(anyWay, { minLength: 1, maxLength: 5 }), restMs: anyWay, wayMs: anyWay });
  fc.assert(
    fc.property(anyDifference, fc.array(anyBatch), (difference, batches) => {
      const clock = new AgentClock();
      let theirs = 0;
      let lastMs = Number.NEGATIVE_INFINITY;
      let nowMs = Number.NEGATIVE_INFINITY;
      for (const { gaps, restMs, wayMs } of batches) {
        const happened = gaps.map((gap) => {
          theirs += gap;
          return theirs;
        });
        theirs += restMs;
        nowMs = Math.max(nowMs, theirs + difference + wayMs);
        clock.compare(theirs, nowMs);
        for (const at of happened) {
          const ours = clock.toOurs(at);
          expect(ours).toBeGreaterThanOrEqual(lastMs);
          expect(ours).toBeLessThanOrEqual(nowMs);
          // Never before it has happened.
          expect(ours).toBeGreaterThanOrEqual(at + difference - 1e-6);
          lastMs = ours;
        }
      }
    }),
  );
});

it("takes what is no time for the moment at which it came, and recovers", () => {
  const clock = new AgentClock();
  clock.compare(Number.NaN, 10);
  expect(clock.toOurs(Number.NaN)).toBe(10);
  expect(clock.toOurs(Number.POSITIVE_INFINITY)).toBe(10);
  clock.compare(1, 20_000);
  expect(clock.toOurs(0.5)).toBe(19_999.5);
});
