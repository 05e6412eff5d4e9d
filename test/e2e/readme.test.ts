// The files that README shows are written down as a reader would, and run.
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { freshSchema } from "../support/database.ts";
import { Project } from "../support/project.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shown = /<!-- file: (\S+) -->\n```\w+\n(.*?)```/gs;

it.each([
  ["first race test", ".", ["bank.mjs", "lost-update.test.ts"]],
  ["test of an application in its own process", "here", ["app.js", "app.test.ts", "vitest.config.ts"]],
])("passes README's %s", async (_, folder, names) => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  await using project = await Project.create();
  const files = [...readme.matchAll(shown)].map(([, name = "", text = ""]) => ({ name, text }));
  const own = files.filter(({ name }) => dirname(name) === folder);
  expect(own.map(({ name }) => basename(name)).sort()).toEqual(names);
  for (const { name, text } of own) await project.write(basename(name), text);
  const { output } = await project.vitest([], { DATABASE_URL: await freshSchema() });
  expect(output).toContain("1 passed");
});

it("names only scripts that package.json has", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});
