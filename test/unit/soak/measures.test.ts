import { expect, it } from "vitest";
import { growthOf, type Sample } from "../../soak/measures.ts";

const mebibyte = 1 << 20;
const warm: Sample = { heap: 20 * mebibyte, rss: 100 * mebibyte, descriptors: 30 };
const compare = (now: Partial<Sample>) =>
  growthOf({ pid: 7, name: "bank", warm, now: { ...warm, ...now }, samples: 3 });

it("calls a leak what grew beyond its tolerance, and nothing else", () => {
  expect(compare({})).toEqual([]);
  expect(compare({ heap: 29 * mebibyte, rss: 250 * mebibyte, descriptors: 42 })).toEqual([]);
  expect(compare({ heap: 31 * mebibyte })).toEqual(["bank (pid 7): heap grew from 20.0 MiB to 31.0 MiB"]);
  expect(compare({ rss: 300 * mebibyte })).toEqual(["bank (pid 7): rss grew from 100.0 MiB to 300.0 MiB"]);
  expect(compare({ descriptors: 43 })).toEqual(["bank (pid 7): descriptors grew from 30 to 43"]);
});
