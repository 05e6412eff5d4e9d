// An application in the process of node:test's own tests, in a project that has spangate installed.
import { expect, it } from "vitest";
import { freshSchema } from "../support/database.ts";
import { fixture } from "../support/fixtures.ts";
import { Project } from "../support/project.ts";

it.each(["--import", "--require"])("races in node:test with %s spangate/here", async (flag) => {
  await using project = await Project.create();
  await project.copy(fixture("in-vitest"));
  const args = ["--disable-warning=ExperimentalWarning", flag, "spangate/here", "--test", "race.node.ts"];
  const { exitCode, output } = await project.node(args, { DATABASE_URL: await freshSchema() });
  expect(output).not.toContain("✖");
  expect(output).toContain("pass 4");
  expect(exitCode).toBe(0);
});

it("says what is missing without it", async () => {
  await using project = await Project.create();
  await project.copy(fixture("in-vitest"));
  const args = ["--test", "--test-name-pattern=lets a flow go", "race.node.ts"];
  const { exitCode, output } = await project.node(args, { DATABASE_URL: await freshSchema() });
  expect(exitCode).toBe(1);
  expect(output).toContain(
    "needs an agent in this process. Load it before the application: node --import spangate/here",
  );
});
