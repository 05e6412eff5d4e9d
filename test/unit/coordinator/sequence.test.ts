import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Sequence } from "../../../src/coordinator/sequence.ts";

const anyCount = fc.integer({ min: 1, max: 50 });

it("takes every event once, in sequence, by whatever ways and how often it comes", () => {
  const anyComing = anyCount.chain((count) => {
    const places = Array.from({ length: count }, (_, at) => at + 1);
    return fc
      .array(fc.constantFrom(...places), { maxLength: count })
      .chain((again) => fc.shuffledSubarray([...places, ...again], { minLength: count + again.length }));
  });
  fc.assert(
    fc.property(anyComing, (coming) => {
      const taken: string[] = [];
      const sequence = new Sequence<string>((event) => taken.push(event));
      for (const place of coming) expect(sequence.put(place, `event ${place}`)).toBe(true);
      expect(taken).toEqual(Array.from(new Set(coming), (_, at) => `event ${at + 1}`));
    }),
  );
});

it("keeps what comes before its turn until then", () => {
  const taken: number[] = [];
  const sequence = new Sequence<number>((event) => taken.push(event));
  sequence.put(3, 3);
  sequence.put(2, 2);
  expect(taken).toEqual([]);
  sequence.put(1, 1);
  expect(taken).toEqual([1, 2, 3]);
});

it("refuses to keep any number of them", () => {
  const sequence = new Sequence<number>(() => {});
  const isKept = Array.from({ length: 10_001 }, (_, at) => sequence.put(at + 2, at));
  expect(isKept.indexOf(false)).toBe(10_000);
});
