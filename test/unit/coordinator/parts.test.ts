// Large messages in parts.
import { expect, it } from "vitest";
import { partsOf } from "../../../src/coordinator/parts.ts";

interface Told {
  readonly head: string;
  readonly events: readonly string[];
}

const sizeOf = ({ head, events }: Told) => head.length + events.join("").length;
const rest = (events: readonly string[]): Told => ({ head: "", events });
const large = "x".repeat(700_000);

it("leaves a message that is small enough as it is, and one event however large it is", () => {
  const small = { head: "run", events: ["a", "b"] };
  expect(partsOf(small, sizeOf, rest)).toEqual([[small, 5]]);
  const one = { head: "", events: [large.repeat(3)] };
  expect(partsOf(one, sizeOf, rest)).toEqual([[one, 2_100_000]]);
  const none = { head: large.repeat(3), events: [] };
  expect(partsOf(none, sizeOf, rest)).toEqual([[none, 2_100_000]]);
});

it("cuts others until each is small enough, in sequence, with what is told once in the first", () => {
  const events = [large, "a", large, "b", large, "c", "d"];
  const parts = partsOf({ head: "run", events }, sizeOf, rest);
  expect(parts.flatMap(([part]) => part.events)).toEqual(events);
  expect(parts.map(([{ head }]) => head)).toEqual(["run", ...parts.slice(1).map(() => "")]);
  expect(Math.max(...parts.map(([, bytes]) => bytes))).toBeLessThanOrEqual(1 << 20);
  expect(parts.length).toBeGreaterThan(2);
});
