// Vitest's plugin: puts an agent into every worker, before anything of the application is loaded.
import { createRequire } from "node:module";
import type { Plugin } from "vitest/config";
import { checkOptions } from "../runner/options.js";
import { optionNames, type SpangateOptions } from "./options.js";

export type { SpangateOptions };

declare module "vitest" {
  interface ProvidedContext {
    spangate: SpangateOptions;
  }
}

/**
 * For `plugins` in vitest.config.ts: instruments what the workers load, so that an application which a test imports
 * can be raced. Pools "forks" and "threads".
 * @param options.here the application's name as a service; "app" by default
 * @param options.reportDir where the pages of a failed test's runs are written; "spangate-report" by default
 * @throws {UsageError} BadOption
 */
export function spangate(options: SpangateOptions = {}): Plugin {
  checkOptions("spangate()", options, optionNames);
  const preload = createRequire(import.meta.url).resolve("spangate/here");
  return {
    name: "spangate",
    config: () => ({
      test: { execArgv: ["--require", preload], provide: { spangate: { here: "app", ...options } } },
    }),
    configureVitest({ project }) {
      const { pool } = project.config;
      if (pool === "forks" || pool === "threads") return;
      throw new Error(
        `spangate: the pool "${pool}" loads modules in a way that cannot be instrumented. Use pool: "forks" or "threads" for the project that has spangate()'s plugin.`,
      );
    },
  };
}
