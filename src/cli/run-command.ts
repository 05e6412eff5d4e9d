// A command in this one's place, as far as a process can be: its input, output, signals and exit code.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Environment } from "../runner/environment.js";
import { exitCodes } from "./exit-codes.js";
import type { Output, Surroundings } from "./surroundings.js";

/** What a terminal sends to the command by itself, since it is of the same process group. */
const keyboardSignals = ["SIGINT", "SIGQUIT"] as const satisfies readonly NodeJS.Signals[];
const otherSignals = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const satisfies readonly NodeJS.Signals[];

/**
 * @param command the file and its arguments
 * @param output where its standard output goes
 * @returns the command's exit code; of one that a signal ended 128 and the signal's number, as shells have it
 */
export async function runCommand(
  [file = "", ...args]: readonly string[],
  env: Environment,
  { cwd, stdin, stderr, onSignals }: Surroundings,
  output: "stdout" | "stderr" = "stdout",
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  // Before the command is there: it may be signalled as soon as it has written something. They are heard when it is.
  // Twice Ctrl-C means "at once" to many programs, so at a terminal the key is the terminal's to tell.
  const stopKeys = onSignals(keyboardSignals, (signal) => void (stdin.isTTY || child?.kill(signal)));
  const stopOthers = onSignals(otherSignals, (signal) => void child?.kill(signal));
  let child: ChildProcess | undefined;
  try {
    child = spawn(file, args, { cwd, env, stdio: ["inherit", output === "stdout" ? 1 : 2, "inherit"] });
    child.on("error", (error: NodeJS.ErrnoException) => resolve(tellFailure(file, error, stderr)));
    child.on("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    return await promise;
  } catch (error) {
    // Some failures are thrown: a script on Windows.
    return tellFailure(file, error as NodeJS.ErrnoException, stderr);
  } finally {
    stopKeys();
    stopOthers();
  }
}

/** @returns the exit code */
function tellFailure(file: string, error: NodeJS.ErrnoException, stderr: Output): number {
  const [exitCode, why] = describeFailure(error);
  stderr.write(`spangate: ${file}: ${why}\n`);
  return exitCode;
}

function describeFailure({ code, message }: NodeJS.ErrnoException): readonly [exitCode: number, why: string] {
  // Without a shell Windows runs no scripts, such as npm.
  const hint = process.platform === "win32" ? " A script such as npm needs cmd /c in front of it." : "";
  if (code === "ENOENT") return [exitCodes.notFound, `there is no such command.${hint}`];
  return [exitCodes.notExecutable, `it cannot be run: ${message}.${hint}`];
}
