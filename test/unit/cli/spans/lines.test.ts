// The lines are right: what a reader pastes means these spans, and no others that are known.
import { expect, it } from "vitest";
import { Catalogue } from "../../../../src/cli/spans/catalogue.ts";
import { Lines } from "../../../../src/cli/spans/lines.ts";
import type { SeenSpans } from "../../../../src/core/discovery.ts";
import { seenBy, sideOf, sortOf } from "../../../support/seen.ts";

function linesOf(...seen: readonly SeenSpans[]): readonly (string | undefined)[] {
  const catalogue = new Catalogue();
  for (const it of seen) catalogue.add(it);
  const { entries } = catalogue;
  const lines = new Lines(entries);
  return entries.flatMap((entry) => (["before", "after"] as const).map((phase) => lines.at(entry, phase)?.code));
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
  expect(one && new Lines(catalogue.entries).at(one, "before")).toEqual({
    ...{ code: 'alice.before("GET")', holds: "flow", means: [two], meansMore: 0 },
  });
});

it("asks for no attribute that only some of the spans have, nor for what is no number", () => {
  const some = sideOf("op", { "messaging.destination.name": "first", "url.path": "/a" });
  const [first, ...rest] = linesOf(
    seenBy("bank", sortOf("op", { before: some }), sortOf("op", { count: 2 }), sortOf("op", { scope: "other" })),
  );
  expect(first).toBe('alice.before("op")');
  expect(rest.join()).not.toContain("attributes");
  const odd = sortOf("odd", { before: sideOf("odd", { ratio: Number.NaN }) });
  expect(linesOf(seenBy("bank", odd, sortOf("odd", { scope: "other" })))[0]).toBe('alice.before("odd")');
});

it("names some of those that a line means too, and counts the others", () => {
  const scopes = Array.from({ length: 9 }, (_, at) => sortOf("op", { scope: `${at}` }));
  const catalogue = new Catalogue();
  catalogue.add(seenBy("bank", ...scopes));
  const [first, ...others] = catalogue.entries;
  expect(first && new Lines(catalogue.entries).at(first, "after")).toMatchObject({
    ...{ means: others.slice(0, 5), meansMore: 3 },
  });
});

it("does not rely on an attribute whose values others may have too", () => {
  const sorts = [{ "db.namespace": "bank" }, { "db.namespace": null }].map((values, at) =>
    sortOf("query", { firstAtMs: at, before: sideOf("query", values), after: sideOf(`end ${at}`) }),
  );
  expect(linesOf(seenBy("bank", ...sorts))[0]).toBe('alice.before("query")');
});

it("writes as an expression what a text cannot say: stars and question marks, nothing, half a character", () => {
  const names = ["SELECT *", "a/b?", "", "half \ufffd.", "line\n*"];
  const lines = linesOf(seenBy("bank", ...names.map((name, at) => sortOf(name, { firstAtMs: at }))));
  expect(lines.filter((_, at) => at % 2 === 0)).toEqual([
    "alice.before(/^SELECT \\*$/)",
    "alice.before(/^a\\/b\\?$/)",
    "alice.before(/^$/)",
    "alice.before(/^half .\\.$/)",
    "alice.before(/^line\\u000a\\*$/)",
  ]);
});

it("means names that command a terminal, and does not", () => {
  const name = "evil\u009b2J\u202e";
  const [line] = linesOf(seenBy("bank", sortOf(name)));
  expect(line).toBe('alice.before("evil\\u009b2J\\u202e")');
  expect(JSON.parse(/"(.*)"/.exec(line ?? "")?.[0] ?? "")).toBe(name);
});

it("means a name that was cut by its beginning, and knows who else begins so", () => {
  const catalogue = new Catalogue();
  for (const [name, kind] of [
    ["x".repeat(1_024), "client"],
    ["x".repeat(1_023), "client"],
    [`${"x".repeat(170)}y`, "server"],
  ] as const)
    catalogue.add(seenBy("bank", sortOf(name, { kind })));
  const [cut, other, server] = catalogue.entries;
  if (!cut || !other || !server) throw new Error("Three were told.");
  const lines = new Lines(catalogue.entries);
  const code = `alice.before("${"x".repeat(160)}*", { kind: "client" })`;
  expect(lines.at(cut, "before")).toMatchObject({ code, means: [other] });
  expect(lines.at(other, "before")?.means).toEqual([]);
});

it("says by its beginning what would be too long an expression", () => {
  const [line] = linesOf(seenBy("bank", sortOf(`* ${"/".repeat(600)}`)));
  expect(line).toBe(`alice.before(/^\\* ${"\\/".repeat(158)}/)`);
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
