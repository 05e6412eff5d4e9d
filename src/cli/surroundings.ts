// What a command has of the process that it runs in, so that it can be tried without one.
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
}

export function processSurroundings(): Surroundings {
  const { stdin, stdout, stderr, env } = process;
  return {
    ...{ stdin, stdout: output(stdout), stderr: output(stderr), env },
    cwd: process.cwd(),
    onSignals: (signals, listener) => {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  };
}

// A terminal that does not know its width says 0.
function output(stream: NodeJS.WriteStream): Output {
  return {
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns || 80;
    },
    write: (text) => stream.write(text),
  };
}

/** What asks a command that runs on to end. */
export const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies readonly NodeJS.Signals[];

/** @returns resolves with the first signal that asks the command to end; from now on none of them ends the process */
export function whenAskedToEnd({ onSignals }: Surroundings): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  onSignals(endingSignals, resolve);
  return promise;
}
