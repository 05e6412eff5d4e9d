import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,integration,e2e}/**/*.test.ts"],
    globalSetup: ["test/support/postgres.setup.ts"],
    // They wait for processes and servers more than they compute, so two have room on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Real processes and servers: the limit catches what hangs, it measures nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
