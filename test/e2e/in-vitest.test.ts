// An application in the process of Vitest's own tests, in a project that has spangate installed.
import { afterAll, beforeAll, expect, it } from "vitest";
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

async function run(args: readonly string[], times = 0) {
  return await project.vitest(args, { DATABASE_URL: await freshSchema(), SPANGATE_TEST_RUNS: String(times) });
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
