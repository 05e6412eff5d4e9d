// The options of spangate in Vitest: of its plugin, and what the configuration provides.
import type { GatewayOptions } from "../gateway.js";
import { type RunnerOptions, runnerOptionNames } from "../runner/runner-options.js";

/** How the fixture `gateway` is opened, and what becomes of a failed test's runs. */
export interface SpangateOptions extends RunnerOptions, Pick<GatewayOptions, "here"> {
  /** Where the pages of a failed test's runs are written, from the project's root; "spangate-report" by default. */
  readonly reportDir?: string;
}

export const optionNames: readonly (keyof SpangateOptions)[] = ["here", "reportDir", ...runnerOptionNames];
