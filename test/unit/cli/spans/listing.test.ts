import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { Catalogue } from "../../../../src/cli/spans/catalogue.ts";
import { allFacts } from "../../../../src/cli/spans/facts.ts";
import { describeAll, describeNew } from "../../../../src/cli/spans/listing.ts";
import { whyNothing } from "../../../../src/cli/spans/nothing.ts";
import { painter } from "../../../../src/cli/text.ts";
import { seenBy, sideOf, sortOf } from "../../../support/seen.ts";
import { FakeSurroundings } from "../../../support/surroundings.ts";

const plain = painter(new FakeSurroundings().stdout, {});
const coloured = painter(new FakeSurroundings({ isTTY: true }).stdout, {});

function example(): Catalogue {
  const catalogue = new Catalogue();
  const long = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`an.attribute.with.a.long.name.${at}`, null]));
  catalogue.add(
    seenBy(
      "shop",
      sortOf("GET", {
        ...{ kind: "server", firstAtMs: 1, root: true, count: 2 },
        before: sideOf("GET", { ...long, "url.path": "/u/1" }),
        after: sideOf("GET /u/:id", { "http.route": "/u/:id", "url.path": "/u/1" }),
      }),
      sortOf("parse", {
        ...{ kind: "internal", firstAtMs: 2, before: sideOf("parse", {}, "it gives its result at once") },
        after: sideOf("parse", {}, "it gives its result at once"),
      }),
      sortOf("tick", { kind: "internal", firstAtMs: 3, root: true, after: undefined }),
      sortOf("peek", {
        firstAtMs: 4,
        after: { ...sideOf("peek", {}, "its span never ends"), threadRefusal: "its span never ends" },
      }),
    ),
  );
  return catalogue;
}

const keysOf = (count: number) => Array.from({ length: count }, (_, at) => `key ${at}`);

it("shows lines to paste, and why something cannot be held", () => {
  const { entries } = example();
  expect(describeAll(entries, entries, 7, plain, 80)).toBe(`shop

  GET → GET /u/:id  [server, 2×]
    alice.before("GET")
    alice.after("GET /u/:id")
    attributes: "url.path": "/u/1", "an.attribute.with.a.long.name.0",
      "an.attribute.with.a.long.name.1", "an.attribute.with.a.long.name.2",
      "an.attribute.with.a.long.name.3", "an.attribute.with.a.long.name.4",
      "an.attribute.with.a.long.name.5", "an.attribute.with.a.long.name.6",
      "an.attribute.with.a.long.name.7", "an.attribute.with.a.long.name.8",
      "an.attribute.with.a.long.name.9", "an.attribute.with.a.long.name.10",
      "an.attribute.with.a.long.name.11"
    after() also: "http.route": "/u/:id"

  parse  [internal, 1×]
    alice.before("parse", { hold: "thread" })
    alice.after("parse", { hold: "thread" })
      · Its flow cannot be held here: it gives its result at once. So it stops
        the whole thread, and every flow in it.

  peek  [client, 1×]
    alice.before("peek")
      ✗ after() cannot be held: its span never ends. List before(), or the next
        span behind it.

  tick  [internal, 1×, root]
    alice.before("tick")
      · None of them has ended.
      · No request has begun it. In a service, this makes it an actor:
        gateway.adopt("job", { span: "tick" })

alice is any starter of yours. Values of other attributes are told with --values
KEY, SQL with --statements.
7 more spans are not in this list: they had too many different names.
`);
});

it("keeps within its columns, and colours nothing but on a terminal", () => {
  const { entries } = example();
  const text = describeAll(entries, entries, 0, coloured, 80);
  expect(text).not.toBe(stripVTControlCharacters(text));
  expect(stripVTControlCharacters(text)).toBe(describeAll(entries, entries, 0, plain, 80));
  for (const line of stripVTControlCharacters(text).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

it("sends a terminal no control character, whatever spans are called", () => {
  const catalogue = new Catalogue();
  const name = "evil\u001b[2J\u001b]0;title\u0007\u009b2J\u202e\nline";
  catalogue.add(seenBy(name, sortOf(name, { before: sideOf(name, { [name]: null, "url.path": name }, name) })));
  const { entries } = catalogue;
  const text = describeAll(entries, entries, 0, plain, 80) + entries.map((it) => describeNew(it, plain)).join("");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

it("prints what adopts a root span as a line that can be pasted, however long the name is", () => {
  const catalogue = new Catalogue();
  const names = ["a job with  two blanks and a name that is long enough to be broken here", "x".repeat(2_000)];
  catalogue.add(seenBy("bank", ...names.map((name) => sortOf(name.slice(0, 1_024), { kind: "internal", root: true }))));
  const { entries } = catalogue;
  const lines = describeAll(entries, entries, 0, plain, 80).split("\n");
  expect(lines.filter((line) => line.includes("gateway.adopt"))).toEqual([
    `        gateway.adopt("job", { span: "${names[0]}" })`,
    `        gateway.adopt("job", { span: "${"x".repeat(160)}*" })`,
  ]);
});

it.each([
  ["of a name each", (at: number) => `${"*?".repeat(70)}${at}`, (at: number) => ({ "url.path": `/${at}` })],
  ["of names that begin alike", (at: number) => `${"x".repeat(1_020)}${String(at).padStart(5, "0")}`, () => ({})],
  ["of one name", () => "GET", (at: number) => Object.fromEntries(keysOf(60).map((key) => [key, `/${at % 7}`]))],
])("lists thousands of spans, which would take minutes by looking at all for each: %s", (_, nameOf, attributesOf) => {
  const catalogue = new Catalogue();
  for (let at = 0; at < 20_000; at += 1) {
    const side = sideOf(nameOf(at), attributesOf(at));
    catalogue.add(seenBy("bank", sortOf(side.name, { before: side, scope: `${at}`, root: true, kind: "internal" })));
  }
  const { entries } = catalogue;
  expect(describeAll(entries, entries, 0, plain, 80)).toContain("alice.before");
});

it("tells a newcomer in one line", () => {
  const { entries } = example();
  expect(entries.map((entry) => describeNew(entry, plain))).toEqual([
    "+ GET → GET /u/:id  [shop, server]\n",
    "· parse  [shop, internal]\n",
    "+ tick  [shop, internal]\n",
    "+ peek  [shop, client]\n",
  ]);
});

it("tells programs the same", () => {
  const { entries } = example();
  const [first, , , last] = allFacts(entries, entries);
  expect(first).toMatchObject({
    ...{ service: "shop", name: "GET", endName: "GET /u/:id", kind: "server", scope: "test", root: true, count: 2 },
    before: { holds: "flow", line: 'alice.before("GET")', attributes: { "url.path": ["/u/1"] } },
    after: { holds: "flow", line: 'alice.after("GET /u/:id")' },
  });
  expect(last).toMatchObject({
    after: { holds: null, line: null, refusals: [{ reason: "its span never ends", count: 1 }] },
  });
});

it.each([
  [{ command: "node", agents: [] }, "no process of node had an agent"],
  [{ command: undefined, agents: [] }, "no process is attached"],
  [{ command: "node", agents: ["bank (pid 41)"] }, "though bank (pid 41) had an agent"],
  [{ command: undefined, agents: ["bank (pid 41)"], service: "shop", others: example().entries }, "only of shop"],
])("says what is missing where nothing was seen: %#", (nothing, expected) => {
  expect(whyNothing({ service: undefined, others: [], ...nothing })).toContain(expected);
});
