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

it("remembers some values of each attribute", () => {
  const catalogue = new Catalogue();
  for (const path of ["/a", "/b", "/a", "/c", "/d"])
    catalogue.add(seenBy("bank", sortOf("GET", { before: sideOf("GET", { "url.path": path, secret: null }) })));
  expect([...(catalogue.entries[0]?.before.attributes.values() ?? [])]).toEqual([
    { key: "url.path", samples: ["/a", "/b", "/c"], more: true },
    { key: "secret", samples: [], more: false },
  ]);
});
