// The generated code is what the contract says now, and the contract follows its own rules.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

function buf(...args: readonly string[]): void {
  // What it has to say is in the error that is thrown.
  execFileSync(join(root, "node_modules/.bin/buf"), args, { cwd: root, encoding: "utf8", stdio: "pipe" });
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

it("is the same when it is generated anew", () => {
  const folder = mkdtempSync(join(tmpdir(), "spangate-generated-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  buf("generate", "--output", folder);
  const generated = filesIn(join(folder, "src/gen"));
  expect(Object.keys(generated).length).toBeGreaterThan(0);
  expect(filesIn(join(root, "src/gen"))).toEqual(generated);
});

it("comes from a contract that passes its lint", () => {
  buf("lint");
});
