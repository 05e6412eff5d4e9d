import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { adapters } from "../../instrumentation/flow/adapters/index.ts";
import { driversModule, driversPage } from "../../scripts/drivers.ts";

it("tells in the docs what the adapters say (npm run docs)", async () => {
  expect(await readFile(new URL("../../docs/drivers.md", import.meta.url), "utf8")).toBe(driversPage());
});

it("gives the doctor the same drivers (npm run docs)", async () => {
  const module = new URL("../../src/cli/doctor/drivers.ts", import.meta.url);
  expect(await readFile(module, "utf8")).toBe(driversModule());
});

it("has one adapter an instrumentation", () => {
  const scopes = adapters.map(({ scope }) => scope);
  expect(scopes).toEqual([...new Set(scopes)]);
});
