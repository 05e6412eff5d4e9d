import { expect, it } from "vitest";
import { Catalogue } from "../../../../src/cli/spans/catalogue.ts";
import { seenBy, sideOf, sortOf } from "../../../support/seen.ts";

const titles = (catalogue: Catalogue) =>
  catalogue.entries.map(({ service, before, after, count }) => `${service} ${before.name}→${after?.name} ${count}`);

it("puts together what several processes and messages tell of the same spans", () => {
  const catalogue = new Catalogue();
  const refused = sortOf("GET", { after: sideOf("GET", {}, "it was cut off"), count: 2 });
  const added = [seenBy("bank", sortOf("GET")), seenBy("bank", refused), seenBy("shop", sortOf("GET"))].map(
    (seen) => catalogue.add(seen).length,
  );
  expect(added).toEqual([1, 0, 1]);
  expect(titles(catalogue)).toEqual(["bank GET→GET 3", "shop GET→GET 1"]);
  expect(catalogue.entries[0]?.after).toMatchObject({
    holdable: 1,
    refusals: new Map([["it was cut off", { count: 2, threadRefusal: undefined }]]),
  });
});

it("lists services and their spans in the sequence in which they began, whenever they were told", () => {
  const catalogue = new Catalogue();
  catalogue.add(seenBy("accounts", sortOf("SELECT", { firstAtMs: 4 })));
  catalogue.add(seenBy("shop", sortOf("fetch", { firstAtMs: 2 })));
  catalogue.add(seenBy("accounts", sortOf("GET", { firstAtMs: 3 })));
  catalogue.add(seenBy("shop", sortOf("POST", { firstAtMs: 9 }), sortOf("POST", { firstAtMs: 1 })));
  expect(catalogue.entries.map(({ before }) => before.name)).toEqual(["POST", "fetch", "GET", "SELECT"]);
});

it("lists spans that have not ended until some have", () => {
  const catalogue = new Catalogue();
  expect(catalogue.add(seenBy("bank", sortOf("GET", { after: undefined })))).toEqual([]);
  expect(titles(catalogue)).toEqual(["bank GET→undefined 1"]);
  catalogue.add(seenBy("bank", sortOf("GET", { after: sideOf("GET /u/:id") })));
  expect(titles(catalogue)).toEqual(["bank GET→GET /u/:id 1"]);
});

it("keeps so many entries and no more, and counts the spans of the others", () => {
  const catalogue = new Catalogue();
  for (let at = 0; at < 20_000; at += 1) catalogue.add(seenBy("bank", sortOf(`SELECT ${at}`, { count: 2 })));
  expect([catalogue.entries.length, catalogue.dropped]).toEqual([5_000, 30_000]);
  // Those that are kept are still counted.
  catalogue.add(seenBy("bank", sortOf("SELECT 1")));
  expect([catalogue.entries[1]?.count, catalogue.dropped]).toEqual([3, 30_000]);
});

it("keeps of each so many attributes, values and reasons, whatever it is told", () => {
  const catalogue = new Catalogue();
  for (let at = 0; at < 100; at += 1) {
    const attribute = { key: `${at}`, samples: ["a", "b", "c", "d"], more: false, count: 1 };
    const before = { ...sideOf("op", {}, `reason ${at}`), attributes: [attribute] };
    catalogue.add(seenBy("bank", sortOf("op", { before })));
  }
  const [entry] = catalogue.entries;
  expect([entry?.before.attributes.size, entry?.before.refusals.size]).toEqual([64, 16]);
  expect(entry?.before.attributes.get("1")).toMatchObject({ samples: ["a", "b", "c"], more: true });
});

it("knows that values were not told all the time", () => {
  const catalogue = new Catalogue();
  for (const value of [null, "one"])
    catalogue.add(seenBy("bank", sortOf("op", { before: sideOf("op", { secret: value }) })));
  expect(catalogue.entries[0]?.before.attributes.get("secret")).toMatchObject({ samples: ["one"], more: true });
});

it("remembers some values of each attribute", () => {
  const catalogue = new Catalogue();
  for (const path of ["/a", "/b", "/a", "/c", "/d"])
    catalogue.add(seenBy("bank", sortOf("GET", { before: sideOf("GET", { "url.path": path, secret: null }) })));
  expect([...(catalogue.entries[0]?.before.attributes.values() ?? [])]).toEqual([
    { key: "url.path", samples: ["/a", "/b", "/c"], more: true, count: 5 },
    { key: "secret", samples: [], more: false, count: 5 },
  ]);
});
