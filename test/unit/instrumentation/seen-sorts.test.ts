// What is kept of spans while somebody asks what there are: no more than can be told.
import { expect, it } from "vitest";
import { SeenSorts } from "../../../instrumentation/seen-sorts.ts";

it("takes names that differ behind what is told of them for one, and keeps no more of them", () => {
  const sorts = new SeenSorts();
  const values: readonly string[] = [];
  for (let at = 0; at < 10; at += 1) {
    const side = { name: "x".repeat(100_000) + at, flowRefusal: undefined, threadRefusal: undefined, attributes: {} };
    sorts.note(values, {
      ...{ scope: "test", kind: "internal", root: false, hold: "flow", firstAtMs: at },
      ...{ before: side, after: side },
    });
  }
  const { sorts: told, dropped } = sorts.take();
  expect(dropped).toBe(0);
  expect(told).toMatchObject([{ count: 10, before: { name: "x".repeat(1_024) }, after: { name: "x".repeat(1_024) } }]);
});
