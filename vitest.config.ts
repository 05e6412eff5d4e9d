import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,integration,e2e}/**/*.test.ts"],
    globalSetup: ["test/support/postgres.setup.ts"],
    // Real processes and servers: the limit catches what hangs, it measures nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
