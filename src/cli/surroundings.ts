// What a command has of the process that it runs in, so that it can be tried without one.
import { constants } from "node:os";
import { colouredOnly } from "../core/printable.js";
import { now } from "../real-time.js";
import type { Environment } from "../runner/environment.js";

/** Where a command writes. */
export interface Output {
  readonly isTTY?: boolean;
  /** The terminal's width. */
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Surroundings {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  /** The folder that the command was called in. */
  readonly cwd: string;
  /** Calls back at each of the signals, which then do not end the process. @returns what takes the call back */
  onSignals(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once. What it has started is ended by its guard. */
  exit(exitCode: number): void;
  /** Resolves when nobody reads stdout any more, as behind `| head`. What is written then is lost. */
  readonly unread: Promise<void>;
  /** Milliseconds since some moment. */
  now(): number;
}

export function processSurroundings(): Surroundings {
  const { stdin, stdout, stderr, env } = process;
  const { promise: unread, resolve } = Promise.withResolvers<void>();
  stdout.on("error", () => resolve());
  return {
    ...{ stdin, stdout: output(stdout), stderr: output(stderr), env },
    cwd: workingFolder(),
    unread,
    onSignals: (signals, listener) => {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    exit: (exitCode) => process.exit(exitCode),
    now,
  };
}

/** One that was deleted meanwhile has no name: paths are looked for from nowhere then. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

// A terminal that does not know its width says 0.
function output(stream: NodeJS.WriteStream): Output {
  return {
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns || 80;
    },
    // Whatever was forgotten commands no terminal; in JSON the escapes mean the same.
    write: (text) => stream.write(colouredOnly(text)),
  };
}

/** What asks a command that runs on to end. */
export const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies readonly NodeJS.Signals[];

/** The same signal so soon after is no second wish: timeout(1) sends it to the process, then to its group. */
const sameWithinMs = 200;

/**
 * From now on the first signal that asks the command to end does not end the process, the second one does, at once:
 * whatever the command waits for then, somebody has seen it wait.
 * @returns resolves with the first one
 */
export function whenAskedToEnd(around: Surroundings): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  around.onSignals(endingSignals, (signal) => {
    const at = around.now();
    if (first === undefined) {
      first = { signal, at };
      resolve(signal);
    } else if (signal !== first.signal || at - first.at >= sameWithinMs) around.exit(exitCodeOfSignal(signal));
  });
  return promise;
}

/** As shells tell that a signal has ended somebody. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
