// The lines are right: what a reader pastes means these spans, and no others that are known.
import { expect, it } from "vitest";
import { Catalogue } from "../../../../src/cli/spans/catalogue.ts";
import { lineFor } from "../../../../src/cli/spans/lines.ts";
import type { SeenSpans } from "../../../../src/core/discovery.ts";
import { seenBy, sideOf, sortOf } from "../../../support/seen.ts";

function linesOf(...seen: readonly SeenSpans[]): readonly (string | undefined)[] {
  const catalogue = new Catalogue();
  for (const it of seen) catalogue.add(it);
  const { entries } = catalogue;
  return entries.flatMap((entry) =>
    (["before", "after"] as const).map((phase) => lineFor(entry, phase, entries)?.code),
  );
}

it("names spans by their name alone where that is enough", () => {
  expect(linesOf(seenBy("bank", sortOf("pg.query:SELECT bank")))).toEqual([
    'alice.before("pg.query:SELECT bank")',
    'alice.after("pg.query:SELECT bank")',
  ]);
});

it("takes the name that each side has", () => {
  expect(linesOf(seenBy("bank", sortOf("GET", { kind: "server", after: sideOf("GET /u/:id") })))).toEqual([
    'alice.before("GET")',
    'alice.after("GET /u/:id")',
  ]);
});

it("tells spans of one name apart by kind, by service, or by both", () => {
  const lines = linesOf(
    seenBy("shop", sortOf("GET", { kind: "client", firstAtMs: 1 }), sortOf("GET", { kind: "server", firstAtMs: 2 })),
    seenBy("accounts", sortOf("GET", { kind: "server", firstAtMs: 3 }), sortOf("get", { firstAtMs: 4 })),
    seenBy("stock", sortOf("get", { firstAtMs: 5 })),
  );
  expect(lines.filter((_, at) => at % 2 === 0)).toEqual([
    'alice.before("GET", { kind: "client" })',
    'alice.before("GET", { service: "shop", kind: "server" })',
    'alice.before("GET", { service: "accounts" })',
    'alice.before("get", { service: "accounts" })',
    'alice.before("get", { service: "stock" })',
  ]);
});

it("tells them apart by an attribute where nothing else does, and says where nothing at all does", () => {
  const server = (path: string, end: string, firstAtMs: number) =>
    sortOf("GET", {
      kind: "server",
      firstAtMs,
      before: sideOf("GET", { "url.path": path, host: null }),
      after: sideOf(end),
    });
  const known = linesOf(seenBy("bank", server("/u/1", "GET /u/:id", 1), server("/health", "GET /health", 2)));
  expect(known).toEqual([
    'alice.before("GET", { attributes: { "url.path": "/u/1" } })',
    'alice.after("GET /u/:id")',
    'alice.before("GET", { attributes: { "url.path": "/health" } })',
    'alice.after("GET /health")',
  ]);
  const catalogue = new Catalogue();
  catalogue.add(seenBy("bank", server("/u", "one", 1), server("/u", "two", 2)));
  const [one, two] = catalogue.entries;
  expect(one && lineFor(one, "before", catalogue.entries)).toEqual({
    ...{ code: 'alice.before("GET")', holds: "flow", means: [two] },
  });
});

it("does not rely on an attribute whose values others may have too", () => {
  const sorts = [{ "db.namespace": "bank" }, { "db.namespace": null }].map((values, at) =>
    sortOf("query", { firstAtMs: at, before: sideOf("query", values), after: sideOf(`end ${at}`) }),
  );
  expect(linesOf(seenBy("bank", ...sorts))[0]).toBe('alice.before("query")');
});

it("knows that stars and question marks mean more than themselves", () => {
  const [star] = linesOf(
    seenBy("bank", sortOf("SELECT *", { firstAtMs: 1 }), sortOf("SELECT 1", { kind: "internal", firstAtMs: 2 })),
  );
  expect(star).toBe('alice.before("SELECT *", { kind: "client" })');
});

it("means names that command a terminal, and does not", () => {
  const name = "evil\u009b2J\u202e";
  const [line] = linesOf(seenBy("bank", sortOf(name)));
  expect(line).toBe('alice.before("evil\\u009b2J\\u202e")');
  expect(JSON.parse(/"(.*)"/.exec(line ?? "")?.[0] ?? "")).toBe(name);
});

it("means a name that was cut by its beginning", () => {
  const [line] = linesOf(seenBy("bank", sortOf("x".repeat(1_024))));
  expect(line).toBe(`alice.before("${"x".repeat(200)}*")`);
});

it("holds the thread where only that can be held, and nothing where nothing can", () => {
  const sync = { before: sideOf("sync", {}, "it is sync"), after: sideOf("sync", {}, "it is sync") };
  expect(linesOf(seenBy("bank", sortOf("sync", sync)))).toEqual([
    'alice.before("sync", { hold: "thread" })',
    'alice.after("sync", { hold: "thread" })',
  ]);
  // A process that holds threads by itself needs no word for it.
  expect(linesOf(seenBy("job", sortOf("sync", { ...sync, hold: "thread" })))[0]).toBe('alice.before("sync")');
  const after = { ...sideOf("endless", {}, "it never ends"), threadRefusal: "it never ends" };
  expect(linesOf(seenBy("bank", sortOf("endless", { after })))).toEqual(['alice.before("endless")', undefined]);
});
