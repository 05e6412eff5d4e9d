// SECURITY.md claims nothing that no test proves.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (name: string) => readFileSync(fileURLToPath(new URL(name, root)), "utf8");

/** Every test that a line names, by its file: `FILE`: "NAME", "NAME". */
function named(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/`(test\/[^`]+\.test\.ts)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => [file, name] as const),
  );
}

const claims = named(read("SECURITY.md"));

it("names tests for what it claims", () => {
  expect(claims.length).toBeGreaterThan(30);
});

it.each(claims)("names a test that is there: %s, %j", (file, name) => {
  expect(read(file)).toContain(name);
});
