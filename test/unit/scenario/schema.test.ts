// The published schema is what the reader checks with. A validator that is not ours says the same yes or no.
import { globSync, readFileSync } from "node:fs";
import { METHODS } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { scenarioSchema } from "../../../src/scenario/check/schema.ts";
import { checkShape } from "../../../src/scenario/check/shape.ts";
import { parse } from "../../../src/scenario/file/parse.ts";
import { Source } from "../../../src/scenario/file/source.ts";

const file = createRequire(import.meta.url).resolve("spangate/scenario.schema.json");
const schema = JSON.parse(readFileSync(file, "utf8"));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const examples = globSync("examples/scenario/*.yaml", { cwd: root }).map((it) => readFileSync(`${root}/${it}`, "utf8"));

/** What the reader says of a value's shape. */
function shapeMistakes(value: unknown): readonly string[] {
  const { root: tree, mistakes } = parse(new Source("file.yaml", JSON.stringify(value)));
  const shape = tree ? checkShape(tree, scenarioSchema()) : [];
  return [...mistakes, ...shape].map(({ message }) => message);
}

/** One of everything that a scenario may have. */
const everything = {
  name: "all",
  options: { stepTimeoutMs: 1, stallMs: "${STALL}", recordAttributes: ["db.query.text"] },
  databases: { a: "postgres://h/d", b: { url: "mysql://h/d", probe: true } },
  services: {
    one: {
      command: ["node", 1],
      name: "x",
      cwd: ".",
      env: { A: null, B: 1 },
      ready: "x",
      hold: "flow",
      readyTimeoutMs: 1,
      stopTimeoutMs: 1,
    },
    two: { command: ["node"], ready: { port: 1 } },
    three: { command: ["node"], ready: { http: "http://h" } },
    four: { url: "http://h", name: "x" },
  },
  setup: ["SELECT 1", { sql: "SELECT 1", database: "a" }, { file: "a.sql", database: "b" }],
  prepare: [{ http: "GET http://h" }],
  starters: {
    alice: { http: { method: "POST", url: "http://h", headers: { a: 1 }, json: [null, { b: 1 }] } },
    bob: { command: ["node"], cwd: ".", env: {}, service: "s", hold: "thread" },
    carl: { adopt: { span: "x *", service: "s", kind: "server", attributes: { a: { regex: "x", flags: "i" }, b: 1 } } },
  },
  order: [
    "alice.started",
    {
      actor: "alice",
      before: "a",
      service: "s",
      kind: "client",
      attributes: { a: true },
      nth: 1,
      hold: "flow",
      ifReached: true,
    },
    { actor: "alice", after: { regex: "x" } },
    { together: ["bob.finished", { actor: "carl", at: "blocked", ifReached: true }] },
    { expect: [{ sql: "SELECT 1", rows: [], database: "a", inAnyOrder: true, exact: true }] },
  ],
  expect: [
    { starter: "alice", status: 200, headers: { a: "b" }, json: null, body: { contains: "x" }, exact: true },
    { starter: "bob", exitCode: 0, stdout: "", stderr: { matches: "x" } },
    { http: { url: "http://h", body: "" }, status: 200 },
    { sql: "SELECT 1", value: null },
  ],
  teardown: ["SELECT 1"],
};

/** Values that stand where they must not. */
const junk: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  70_000,
  "",
  "x",
  "${X}",
  "a.finished",
  [],
  ["x"],
  {},
  { x: 1 },
  { sql: "x" },
  { regex: "x" },
];

/** The value with one change somewhere: a part away, another value, or another key. */
function mutate(value: unknown, choose: (count: number) => number): unknown {
  if (typeof value !== "object" || value === null || choose(4) === 0) return junk[choose(junk.length)];
  const entries = Object.entries(value);
  const at = choose(entries.length + 1);
  const [key, own] = entries[at] ?? [];
  if (key === undefined) return Array.isArray(value) ? [...value, junk[choose(junk.length)]] : { ...value, ["x"]: 1 };
  const changed = choose(4) === 0 ? [] : [[key, mutate(own, choose)] as const];
  const result = [...entries.slice(0, at), ...changed, ...entries.slice(at + 1)];
  return Array.isArray(value) ? result.map(([, it]) => it) : Object.fromEntries(result);
}

it("accepts one of everything, and the examples", () => {
  for (const value of [everything, ...examples.map((text) => parseYaml(text))]) {
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    expect(shapeMistakes(value)).toEqual([]);
  }
  expect(examples.length).toBeGreaterThan(2);
});

it("is refused and accepted alike by the reader and by ajv, whatever is changed", () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), fc.constantFrom(1, 1, 2, 3), (stream, changes) => {
      const choose = (count: number) => (stream.next().value as number) % count;
      let value: unknown = everything;
      for (let at = 0; at < changes; at += 1) value = mutate(value, choose);
      const told = shapeMistakes(value);
      if (told.length > 0) refused += 1;
      expect({ told, accepted: told.length === 0 }).toEqual({ told, accepted: validate(value) });
    }),
    { numRuns: 1_000 },
  );
  expect(refused).toBeGreaterThan(250);
});

it("knows the methods that Node's HTTP server takes and that fetch may send", () => {
  const [text, call] = schema.$defs.call.oneOf;
  const methods: readonly string[] = call.properties.method.enum;
  expect(methods).toEqual(METHODS.filter((it) => it !== "CONNECT" && it !== "TRACE"));
  expect(text.pattern).toBe(`^(${methods.join("|")}) \\S`);
  for (const method of methods) expect(new Request("http://h", { method }).method).toBe(method);
});

describe("what it expects has words for readers", () => {
  it("in every definition that a message may tell", () => {
    for (const value of [null, true, 1, "x", [], {}]) {
      for (const name of Object.keys(schema.$defs)) {
        const { root: tree } = parse(new Source("file.yaml", JSON.stringify(value)));
        const told = tree ? checkShape(tree, { ...scenarioSchema(), $ref: `#/$defs/${name}` }) : [];
        for (const { message } of told) expect(message).not.toMatch(/undefined|another value|\[object/);
      }
    }
  });
});
