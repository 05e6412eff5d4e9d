// The files that README shows are written down as a reader would, and run.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freshSchema } from "../support/database.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shown = /<!-- file: (\S+) -->\n```\w+\n(.*?)```/gs;

it("passes README's first race test", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  // Inside the package, so that "spangate" is found by its own name.
  const folder = await mkdtemp(join(root, "test", ".readme-"));
  try {
    const files = [...readme.matchAll(shown)].map(([, name = "", text = ""]) => ({ name, text }));
    expect(files.map(({ name }) => name)).toEqual(["bank.mjs", "lost-update.test.ts"]);
    for (const { name, text } of files) await writeFile(join(folder, name), text);
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const env = { ...process.env, DATABASE_URL: await freshSchema() };
    const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run", "--root", folder], {
      cwd: folder,
      env,
    });
    expect(stdout).toContain("1 passed");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("names only scripts that package.json has", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});
