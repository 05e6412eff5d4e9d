import { expect, it } from "vitest";
import type { Ending, Round } from "../../soak/scenarios.ts";
import { Tally } from "../../soak/tally.ts";

function hasFailed(type: Ending["type"], code: string, kill?: Round["kill"]): boolean {
  const tally = new Tally();
  const scenario = { acts: [], order: [], ending: { type, afterSteps: 0, to: 0 } as Ending };
  const outcome = code === "killed" ? ({ type: "killed" } as const) : ({ type: "done", code, message: "why" } as const);
  tally.note(1, { scenarios: [scenario], kill }, scenario, outcome);
  return tally.hasFailed;
}

it("takes no failure but those that a scenario asks for", () => {
  expect(hasFailed("next", "OK")).toBe(false);
  expect(hasFailed("next", "StepTimedOut")).toBe(true);
  expect(hasFailed("next", "ProcessDied")).toBe(true);
  expect(hasFailed("next", "ProcessDied", { service: "till", afterSteps: 0 })).toBe(false);
  expect(hasFailed("next", "Internal", { service: "till", afterSteps: 0 })).toBe(true);
  expect(hasFailed("abort", "StarterCrashed")).toBe(false);
  expect(hasFailed("die", "killed")).toBe(false);
  expect(hasFailed("leave", "killed")).toBe(true);
  expect(hasFailed("die", "OK")).toBe(true);
});

it("fails by a leak, and names it", () => {
  const tally = new Tally();
  expect(tally.hasFailed).toBe(false);
  tally.leak("alice is held in bank");
  expect(tally.hasFailed).toBe(true);
  expect(String(tally)).toContain("LEAK alice is held in bank\nThe soak has failed.");
});
