// The shape of every command: one file each, in commands/.
import type { Argument, Option } from "commander";
import type { Surroundings } from "./surroundings.js";

/** One subcommand of `spangate`. */
export interface Command<Options extends object = object> {
  readonly name: string;
  /** One line, for the list of all commands. */
  readonly summary: string;
  /** What else to know, above the options. */
  readonly description?: string;
  readonly arguments?: readonly Argument[];
  readonly options: readonly Option[];
  /** Command lines without `spangate`, and what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** What its exit codes mean where they mean more than those of all commands. */
  readonly exitCodes?: readonly (readonly [code: string, meaning: string])[];
  /** True where everything behind the first argument belongs to somebody else. */
  readonly passesThrough?: boolean;
  /**
   * @returns the exit code
   * @throws {SpangateError} whose message and exit code tell what is wrong
   */
  action(options: Options, args: readonly string[], around: Surroundings): Promise<number>;
}
