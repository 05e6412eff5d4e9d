// One real PostgreSQL for all tests of a run.
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../examples/support/postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide("databaseUrl", postgres.url);
  return postgres.stop;
}
