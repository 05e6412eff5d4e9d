// All commands as one program. Commander reads the line and writes the help; what it throws becomes an exit code.
import { Command as CommanderCommand, CommanderError } from "commander";
import { SpangateError } from "../core/errors.js";
import { printableLines } from "../core/printable.js";
import type { Command } from "./command.js";
import { commands } from "./commands/index.js";
import { exitCodeOf, exitCodes } from "./exit-codes.js";
import type { Surroundings } from "./surroundings.js";
import { fold } from "./text.js";
import { version } from "./version.js";

const introduction =
  "Turns OpenTelemetry spans into checkpoints. Tests open a gateway of their own; this is for race tests as data, for a coordinator that runs by itself, for processes that something else starts, and for looking at what stands still.";

const meanings = `Exit codes:
  0  done
  1  the answer is no
  2  the command line or a file makes no sense
  3  something around it is missing or broken, such as the coordinator

spangate help COMMAND has examples.`;

/** @returns the exit code */
export async function run(argv: readonly string[], around: Surroundings): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = buildProgram(around, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has written its own message; its code for help and version is 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    around.stderr.write(`${fold(`spangate: ${describe(error)}`, around.stderr)}\n`);
    return exitCodeOf(error);
  }
}

/** @param onEnd gets the exit code of the command that ran */
export function buildProgram(around: Surroundings, onEnd: (exitCode: number) => void = () => {}): CommanderCommand {
  const program = new CommanderCommand("spangate")
    .description(introduction)
    .version(version(), "-V, --version", "tell the version")
    .helpOption("-h, --help", "tell how it is used")
    .enablePositionalOptions()
    .showHelpAfterError("(spangate --help tells how it is used)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void around.stdout.write(text),
      writeErr: (text) => void around.stderr.write(text),
      getOutHelpWidth: () => widthOf(around.stdout.columns),
      getErrHelpWidth: () => widthOf(around.stderr.columns),
    })
    .addHelpText("after", `\n${meanings}`);
  for (const command of commands) add(program, command, around, onEnd);
  return program;
}

function add(
  program: CommanderCommand,
  command: Command,
  around: Surroundings,
  onEnd: (exitCode: number) => void,
): void {
  const { name, summary, description, passesThrough = false } = command;
  const sub = program
    .command(name)
    .summary(summary)
    .description([`${capital(summary)}.`, description].filter(Boolean).join("\n\n"))
    .helpOption("-h, --help", "tell how it is used")
    .showHelpAfterError(`(spangate ${name} --help tells how it is used)`)
    .passThroughOptions(passesThrough)
    .addHelpText("after", `\n${describeExamples(command)}`);
  for (const argument of command.arguments ?? []) sub.addArgument(argument);
  for (const option of command.options) sub.addOption(option);
  sub.action(async () => onEnd(await command.action(sub.opts(), sub.args, around)));
}

function describeExamples({ examples, exitCodes: codes = [] }: Command): string {
  const lines = examples.flatMap(([line, does]) => [`  ${does}:`, `    $ spangate ${line}`]);
  const ends = codes.map(([code, meaning]) => `  ${code.padEnd(5)} ${meaning}`);
  return ["Examples:", ...lines, ...(ends.length > 0 ? ["", "Exit codes:", ...ends] : [])].join("\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function widthOf(columns = 80): number {
  return Math.min(columns, 100);
}

function describe(error: unknown): string {
  if (error instanceof SpangateError) return printableLines(error.message);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
