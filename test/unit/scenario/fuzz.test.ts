// Whatever a file has in it, the reader throws nothing but its own error, and tells a place that is there.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { BadScenario } from "../../../src/scenario/file/mistake.ts";
import { Source } from "../../../src/scenario/file/source.ts";
import { readText } from "../../../src/scenario/read.ts";

const example = readFileSync(new URL("../../../examples/scenario/repaired.yaml", import.meta.url), "utf8");

function read(text: string): "fine" | "refused" {
  const source = new Source("file.yaml", text);
  try {
    readText(source, { DATABASE_URL: "postgres://localhost/bank" });
    return "fine";
  } catch (error) {
    if (!(error instanceof BadScenario)) throw error;
    const lines = source.text.split("\n");
    expect(error.mistakes.length).toBeGreaterThan(0);
    for (const { line, column } of error.mistakes) {
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
    }
    expect(error.message).not.toMatch(/undefined|\[object Object\]/);
    return "refused";
  }
}

const signs = "-:?,[]{}#&*!|>'\"%@`$\\ \n\r\t~.<=";
const pieces = [
  ...signs,
  "\u0000",
  "\ufeff",
  "\u2028",
  "😀",
  "---\n",
  "...",
  "- ",
  ": ",
  "${",
  "$${",
  "}",
  "&a ",
  "*a",
  "<<: ",
  "!!map ",
  "? ",
  "|+2\n",
  "__proto__: ",
  "null",
  ".nan",
  "0x",
  "1e999",
  "alice",
  "order:\n",
];

it("takes the example that is broken here", () => {
  expect(read(example)).toBe("fine");
});

it("survives any text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 40 }),
      (parts) => void read(parts.join("")),
    ),
    {
      numRuns: 1_000,
    },
  );
});

it("survives a scenario that somebody is typing: parts away, strange parts put in", () => {
  const edit = fc.record({ at: fc.nat(example.length), away: fc.nat(12), put: fc.constantFrom("", "", ...pieces) });
  const outcomes = { fine: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((it, { at, away, put }) => it.slice(0, at) + put + it.slice(at + away), example);
      outcomes[read(text)] += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(outcomes.fine, outcomes.refused)).toBeGreaterThan(10);
});
