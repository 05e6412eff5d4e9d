// How long a run waits, and what it records.
import { UsageError } from "../core/errors.js";
import { defaultLimits } from "../core/limits.js";
import { checkLimits } from "./options.js";

export interface RunnerOptions {
  /** The longest that one turn may take, in milliseconds; 5,000 by default. */
  readonly stepTimeoutMs?: number;
  /** How long an actor on its way to its end may make no progress before the next one gets its turn as well, in milliseconds; 1,000 by default. */
  readonly stallMs?: number;
  /**
   * Attributes of spans that the interleaving tells, such as `["db.query.text"]`: at most 16 names, of texts the first
   * 2,048 characters. None by default, since statements, headers and queries stay in their processes where nobody asks for
   * them; methods, routes, paths and statuses of HTTP and the names of databases and queues are told anyway.
   */
  readonly recordAttributes?: readonly string[];
}

export const runnerOptionNames: readonly (keyof RunnerOptions)[] = ["stepTimeoutMs", "stallMs", "recordAttributes"];

const recordLimit = 16;

/** @throws {UsageError} BadOption */
export function completeRunnerOptions(options: RunnerOptions): Required<RunnerOptions> {
  const {
    stepTimeoutMs = defaultLimits.stepTimeoutMs,
    stallMs = defaultLimits.stallMs,
    recordAttributes = [],
  } = options;
  checkLimits({ stepTimeoutMs, stallMs });
  if (!Array.isArray(recordAttributes) || recordAttributes.some((name) => typeof name !== "string" || name === ""))
    throw new UsageError(
      "BadOption",
      'recordAttributes is a list of attributes\' names, such as ["db.query.text", "db.statement"].',
    );
  if (recordAttributes.length > recordLimit)
    throw new UsageError(
      "BadOption",
      `recordAttributes takes ${recordLimit} names at most; it has ${recordAttributes.length}.`,
    );
  return { stepTimeoutMs, stallMs, recordAttributes };
}
