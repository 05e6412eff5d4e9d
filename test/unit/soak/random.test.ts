import { expect, it } from "vitest";
import { Random } from "../../soak/random.ts";
import { roundOf } from "../../soak/scenarios.ts";

const rounds = (seed: number) =>
  Array.from({ length: 200 }, (_, at) => roundOf(new Random(seed, at), ["bank", "till"]));

it("tells the same rounds again for the same seed, and others for another", () => {
  expect(rounds(1)).toEqual(rounds(1));
  expect(rounds(1)).not.toEqual(rounds(2));
  expect(new Set(rounds(1).map((it) => JSON.stringify(it))).size).toBeGreaterThan(190);
});

it("makes every kind of ending, and kills now and then", () => {
  const all = rounds(3);
  const endings = all.flatMap(({ scenarios }) => scenarios.map(({ ending }) => ending.type));
  expect(new Set(endings)).toEqual(new Set(["next", "skip and finish", "leave", "abort", "die"]));
  const kills = all.filter(({ kill }) => kill).length;
  expect(kills).toBeGreaterThan(5);
  expect(kills).toBeLessThan(60);
});

it("keeps each actor's own sequence in the order", () => {
  for (const { scenarios } of rounds(4)) {
    for (const { acts, order } of scenarios) {
      for (const { actor, flow } of acts) {
        const points = order.flatMap((it) => (it.actor === actor && it.point !== "finished" ? [it.point] : []));
        expect(points).toEqual(flow.points.filter((point) => points.includes(point)));
        expect(order.findLastIndex((it) => it.actor === actor && it.point !== "finished")).toBeGreaterThanOrEqual(0);
      }
    }
  }
});
