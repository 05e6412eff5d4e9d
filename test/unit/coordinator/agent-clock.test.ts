import * as fc from "fast-check";
import { expect, it } from "vitest";
import { AgentClock } from "../../../src/coordinator/agent-clock.ts";

const anyWay = fc.double({ min: 0, max: 50, noNaN: true });

it("tells an agent's time by ours, late by the shortest way seen at most", () => {
  const clock = new AgentClock();
  clock.compare(1_000, 5_000.25);
  expect(clock.toOurs(990)).toBe(4_990.25);
  // A message that was long on its way changes nothing.
  clock.compare(1_010, 5_040);
  expect(clock.toOurs(1_005)).toBe(5_005.25);
});

it("keeps the agent's sequence, and lets nothing happen after it was told", () => {
  // Batches of events, each told by the agent at some time and some way later here.
  const anyBatch = fc.record({ gaps: fc.array(anyWay, { minLength: 1, maxLength: 5 }), restMs: anyWay, wayMs: anyWay });
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.array(anyBatch), (difference, batches) => {
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
  clock.compare(1, 20);
  expect(clock.toOurs(0.5)).toBe(19.5);
});
