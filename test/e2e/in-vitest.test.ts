// An application in the process of Vitest's own tests, in a project that has spangate installed.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshSchema } from "../support/database.ts";
import { fixture } from "../support/fixtures.ts";
import { Project } from "../support/project.ts";

const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 50);
let project: Project;

beforeAll(async () => {
  project = await Project.create();
  await project.copy(fixture("in-vitest"));
});
afterAll(() => project[Symbol.asyncDispose]());

async function run(args: readonly string[], times = 0, env: Readonly<Record<string, string>> = {}) {
  const own = { DATABASE_URL: await freshSchema(), SPANGATE_TEST_RUNS: String(times) };
  return await project.vitest(args, { ...own, ...env });
}

it.each([
  ["forks", "isolate", runs],
  ["threads", "isolate", 1],
  ["forks", "no-isolate", 1],
  ["threads", "no-isolate", 1],
])("races in the pool %s, %s, %i times", { timeout: 120_000 }, async (pool, isolate, times) => {
  const args = ["lost-update", "modules", `--pool=${pool}`, `--${isolate}`, "--no-file-parallelism"];
  const { exitCode, output } = await run(args, times);
  expect(output).not.toContain("FAIL");
  expect(exitCode).toBe(0);
  expect(output).toMatch(new RegExp(`✓ lost-update.race.ts \\(${times + 4} tests\\)`));
});

it("tells the interleaving of a test that fails, and lets its actors go", async () => {
  const { exitCode, output } = await run(["fails"]);
  expect(exitCode).toBe(1);
  expect(output).toContain("✓ finds the actor let go");
  expect(output).toMatch(/2 failed \| 1 passed/);
  expect(output).toMatch(
    /fails while an actor is held\nThe interleaving of the last run:\n(?:.*\n)+?.*■ held after pg\.query:SELECT/,
  );
});

it("opens the gateway with what a file's own test gives it beside the configuration", async () => {
  const { exitCode, output } = await run(["own-gateway"]);
  expect(output).not.toContain("FAIL");
  expect(exitCode).toBe(0);
});

it("refuses options that nobody knows, by the name of what they were given to", async () => {
  const { exitCode, output } = await run(["fails", "--config=misspelt.config.ts"]);
  expect(exitCode).toBe(1);
  expect(output).toContain('spangate() has no option "repotDir". Did you mean "reportDir"?');
});

describe("the page of a failed test's run", () => {
  const pagesIn = (output: string) => [...output.matchAll(/file:\S+\.html/g)].map(([url]) => url);
  const pageOf = async (url = "") => (await readFile(fileURLToPath(url), "utf8")).toLowerCase();

  it("stands in the project's folder, and its place is told as a link", async () => {
    const { output } = await run(["fails", "--testNamePattern", "held"]);
    const [url, ...others] = pagesIn(output);
    expect(others).toEqual([]);
    const name = /fails-race-ts-fails-while-an-actor-is-held-[\da-f]{8}\.html$/;
    expect(url?.replace(name, "")).toBe(`${pathToFileURL(join(project.folder, "spangate-report"))}/`);
    expect(output).toMatch(/■ held(?:.*\n)+Its page: file:/);
    const page = await pageOf(url);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('data-title="fails while an actor is held: expected 100 to be +0');
  });

  it("is one for each run and attempt, under a name that every system takes, and nobody else's", async () => {
    await rm(join(project.folder, "spangate-report"), { recursive: true, force: true });
    const { output } = await run(["pages"]);
    expect(output).toContain("6 failed");
    const pages = pagesIn(output).map((url) => url.replace(/.*\//, ""));
    const of = (pattern: RegExp) => pages.filter((page) => pattern.test(page)).length;
    expect([of(/bears-a-name/), of(/same-name/), of(/tried-again/), of(/loop/), pages.length]).toEqual([
      2, 2, 2, 10, 16,
    ]);
    expect(new Set(pages.map((page) => page.toLowerCase())).size).toBe(pages.length);
    expect(pages.filter((page) => /loop/.test(page)).at(-1)).toMatch(/-run-12\.html$/);
    for (const page of pages) expect(page).toMatch(/^[\w-]{1,150}\.html$/);
    for (const url of pagesIn(output)) expect(await pageOf(url)).toContain("<!doctype html>");
    // The next time they take the places of these.
    expect(pagesIn((await run(["pages"])).output)).toEqual(pagesIn(output));
  });

  it("is told to be anybody's among tests that run at once", async () => {
    const { output } = await run(["concurrent", "--maxConcurrency=2"]);
    expect(output).toContain(
      "The interleaving of the last run, which may be another test's that ran at the same time:",
    );
    expect(pagesIn(output)).toHaveLength(2);
  });

  it("never hides the test's own error where it cannot be written", async () => {
    const { output } = await run(["fails", "--testNamePattern", "held", "--config", "no-pages.config.ts"]);
    expect(output).toMatch(/Its page could not be written: .*package\.json/);
    expect(output).toMatch(/■ held/);
    expect(output).toContain("AssertionError: expected 100 to be +0");
    expect(output).toContain("1 failed | 2 skipped");
  });
});

it.each([
  ["coloured where colours are asked for", { FORCE_COLOR: "1", NO_COLOR: "" }, true],
  ["plain where none are wanted", { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ["plain where they are off", { FORCE_COLOR: "0", NO_COLOR: "" }, false],
])("prints lanes that are %s", async (_, env, isColoured) => {
  const { output } = await run(["fails", "--testNamePattern", "held"], 0, env);
  const line = output.split("\n").find((it) => it.includes("■ held")) ?? "";
  expect(line).not.toBe("");
  expect(line !== stripVTControlCharacters(line)).toBe(isColoured);
});

it("refuses to hold the test's own thread", async () => {
  const { output } = await run(["fails", "--testNamePattern", "thread"]);
  expect(output).toContain("NotGateable: alice.after");
  expect(output).toContain("the application runs in the test's own thread, which has to go on. Hold its flow");
});

it("refuses a pool whose modules cannot be instrumented", async () => {
  const { exitCode, output } = await run(["lost-update", "--pool=vmThreads"]);
  expect(exitCode).toBe(1);
  expect(output).toContain('spangate: the pool "vmThreads" loads modules in a way that cannot be instrumented');
});
