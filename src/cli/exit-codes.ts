// What the exit codes of `spangate` mean. Scripts compare them: they are stable.
import { InternalError, RaceError, SpangateError, UsageError } from "../core/errors.js";

export const exitCodes = {
  done: 0,
  /** The answer is no: nothing stood there, something is not in place or not as it was expected. */
  no: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** Something around spangate is missing or broken, such as the coordinator. */
  environment: 3,
  /** A bug of spangate. */
  internal: 70,
  /** exec: the command cannot be run. */
  notExecutable: 126,
  /** exec: there is no such command. */
  notFound: 127,
} as const;

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof RaceError) return exitCodes.no;
  if (error instanceof SpangateError && !(error instanceof InternalError)) return exitCodes.environment;
  return exitCodes.internal;
}
