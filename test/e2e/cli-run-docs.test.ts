// What docs/scenario.md shows: its first scenario is run, its other parts are read as parts of it.
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { scenarioSchema } from "../../src/scenario/check/schema.ts";
import { freshSchema } from "../support/database.ts";
import { ScenarioFolder } from "../support/scenario-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = await readFile(join(root, "docs/scenario.md"), "utf8");
const readme = await readFile(join(root, "README.md"), "utf8");
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);
const [first = "", ...parts] = blocks.filter((text) => !text.startsWith("#"));

it("runs the first one, with README's bank", async () => {
  await using folder = await ScenarioFolder.create({ DATABASE_URL: await freshSchema() });
  const [, bank = ""] = /<!-- file: bank\.mjs -->\n```\w+\n(.*?)```/s.exec(readme) ?? [];
  await folder.write("bank.mjs", bank);
  await symlink(join(root, "node_modules"), join(folder.path, "node_modules"));
  const { exitCode, stdout, stderr } = await folder.run(first);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("4 expectations met");
});

it.each(parts.map((text) => ({ part: Object.keys(parse(text)).join(", "), text })))(
  "is right about $part",
  async ({ text }) => {
    await using folder = await ScenarioFolder.create({ DATABASE_URL: "postgres://localhost/bank" });
    await writeFile(join(folder.path, "schema.sql"), "");
    const whole = {
      databases: parse(first).databases,
      services: parse(first).services,
      order: ["alice.finished"],
      starters: parse(parts.find((it) => it.startsWith("starters:")) ?? "").starters,
      ...parse(text),
    };
    const { exitCode, stderr } = await folder.run(JSON.stringify(whole), "--check");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  },
);

it("shows every part, and names every key that the schema has", () => {
  expect(parts.length).toBeGreaterThan(6);
  const keys = new Set<string>();
  const collect = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { properties = {} } = schema as { readonly properties?: object };
    for (const key of Object.keys(properties)) keys.add(key);
    for (const part of Object.values(schema)) collect(part);
  };
  collect(scenarioSchema());
  expect([...keys].filter((key) => !page.includes(key))).toEqual([]);
});
