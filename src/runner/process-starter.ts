// Starters that are processes of their own.
import type { HoldMode } from "../core/model.js";
import type { Actor } from "./actor.js";
import { Child } from "./child.js";
import type { CoordinatorAddress } from "./client.js";
import { agentEnvironment, type Environment } from "./environment.js";
import { lastLines } from "./last-lines.js";
import type { Begin } from "./starter.js";

/** How a process starter is run. */
export interface ProcessOptions {
  /** The working directory; the test's own by default. */
  readonly cwd?: string;
  /** Variables beside the test's own; `undefined` takes one away. */
  readonly env?: Environment;
  /** How it stops where a checkpoint says nothing: the whole thread (default), or only the one flow. */
  readonly hold?: HoldMode;
  /** The service name of its spans; the starter's name by default. */
  readonly service?: string;
}

/** The result of a process starter. An exit code other than 0 is a result, not an error. */
export interface ProcessResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  /** `null` when it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  /** The last mebibyte of each output. */
  readonly stdout: string;
  readonly stderr: string;
}

const graceMs = 2_000;

export function beginProcess(
  coordinator: CoordinatorAddress,
  name: string,
  command: readonly string[],
  { cwd, env = {}, service = name, hold = "thread" }: ProcessOptions,
): Begin<ProcessResult> {
  return (actor: Actor) => {
    const base = { ...process.env, ...env };
    const child = new Child(command, {
      cwd,
      env: { ...base, ...agentEnvironment(coordinator, { service, hold, spawned: true }, base), ...actor.environment },
    });
    return {
      result: child.exit.then((exit) => ({ ...exit, stdout: child.stdout, stderr: child.stderr })),
      faultOf,
      stop: () => child.stop(graceMs),
    };
  };
}

function faultOf({ exitCode, signal, stderr }: ProcessResult): string | undefined {
  if (exitCode === 0) return undefined;
  const tail = lastLines(stderr, 10).join("\n    ");
  return `the process ended with ${signal ?? `exit code ${exitCode}`}${tail === "" ? "" : `; its last lines:\n    ${tail}`}`;
}
