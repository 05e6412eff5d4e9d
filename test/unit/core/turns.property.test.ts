// The rules R1-R12 for any actors, orders, timings and failures. The rules themselves are in the monitor.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyFeasible, anyScenario } from "../../support/scenarios.ts";
import { simulate } from "../../support/simulator.ts";

const runs = { numRuns: 3_000 };

describe("advance, for any timing", () => {
  it("reaches every checkpoint of a possible order, in its sequence, at the very span it means", () => {
    fc.assert(
      fc.property(anyFeasible, ({ scenario, expected }) => {
        const { monitor, failure, lost } = simulate(scenario);
        expect(failure).toBeUndefined();
        const reached = monitor.returned.flat();
        expect(reached.map(({ checkpoint }) => checkpoint.index)).toEqual(expected.map((_, index) => index));
        for (const { checkpoint, reached: came, arrival } of reached) {
          const meant = expected[checkpoint.index];
          expect(came).toBe(meant !== "nothing");
          if (typeof meant === "object") expect(arrival?.span.spanId).toBe(meant.spanId);
          else expect(arrival).toBeUndefined();
        }
        expect(lost).toEqual([]);
      }),
      runs,
    );
  });

  it("answers every request, lets everybody go and brings every actor to its end, whatever goes wrong", () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        const { run, monitor, lost } = simulate(scenario);
        expect(monitor.isOver).toBe(true);
        expect([...run.actors.values()].flatMap(({ holds }) => [...holds.keys()])).toEqual([]);
        const hasLocks = JSON.stringify(scenario.programs).includes('"lock"');
        if (!hasLocks) expect(lost).toEqual([]);
      }),
      runs,
    );
  });

  it("plays the same inputs to the same outputs", () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        expect(simulate(scenario).outputs).toEqual(simulate(scenario).outputs);
      }),
      { numRuns: 100 },
    );
  });
});
