// spangate run: scenarios as data.
import { resolve } from "node:path";
import { inspect } from "node:util";
import { Argument, Option } from "commander";
import { SpangateError, UsageError } from "../../core/errors.js";
import { BadScenario } from "../../scenario/file/mistake.js";
import { type ReadScenario, readScenario } from "../../scenario/read.js";
import type { ScenarioEvent, Tell } from "../../scenario/run/events.js";
import type { ScenarioOutcome } from "../../scenario/run/run.js";
import type { Command } from "../command.js";
import { type CoordinatorOptions, coordinatorOf, coordinatorOptions } from "../coordinator.js";
import { exitCodeOf, exitCodes } from "../exit-codes.js";
import { jsonLine, jsonOption } from "../output.js";
import { describeAll, describeEvent, describeFailed, describeUnmet } from "../run/account.js";
import { Pages } from "../run/pages.js";
import { exitCodeOfSignal, type Surroundings, whenAskedToEnd } from "../surroundings.js";
import { fold, painter } from "../text.js";

interface RunOptions extends CoordinatorOptions {
  readonly check?: boolean;
  readonly report?: string;
  readonly json?: boolean;
}

export const run: Command<RunOptions> = {
  name: "run",
  summary: "run scenarios: race tests as YAML files",
  description:
    "A scenario has services, starters, their order and what is expected, in YAML or JSON; docs/scenario.md explains the keys, and spangate/scenario.schema.json is their schema. A run has a coordinator of its own unless --address names one. Files are checked before the first one is run, and run one after another.",
  arguments: [new Argument("<file...>", "scenarios")],
  options: [
    new Option("--check", "only check the files: nothing is started"),
    new Option("--report <folder>", "write a page for each scenario's interleaving there"),
    new Option("--address <address>", "use a coordinator that runs: unix:PATH or HOST:PORT"),
    ...coordinatorOptions.filter(({ long }) => long !== "--address"),
    jsonOption("what happens as one JSON object a line"),
  ],
  examples: [
    ["run lost-update.yaml", "One scenario"],
    ["run --check race/*.yaml", "Only look whether all of them make sense"],
    ["run --report spangate-report race/*.yaml", "All, with a page each"],
  ],
  exitCodes: [
    ["0", "everything was as it is expected"],
    ["1", "something was not, or the order was not reached"],
    ["2", "a file or the command line makes no sense"],
    ["3", "a service, a database or the coordinator is missing or broken"],
    ["128+N", "ended by signal N, such as 130 by Ctrl-C"],
  ],
  async action({ check = false, report, json = false, ...options }, files, around) {
    const { read, areFine } = await readAll(files, around, json);
    if (!areFine) return exitCodes.usage;
    if (check) {
      if (!json) for (const file of files) around.stdout.write(`${file} is in order.\n`);
      return exitCodes.done;
    }
    const connect = options.address === undefined ? undefined : await coordinatorOf(options, around);
    const pages = report === undefined ? undefined : new Pages(resolve(around.cwd, report));
    await pages?.prepare();
    const abort = new AbortController();
    // Until here there is nothing to tear down, and a signal ends the process.
    void whenAskedToEnd(around).then((signal) => {
      // At once: the teardown may take its time, and somebody waits.
      if (!json)
        around.stderr.write(`spangate: ended by ${signal}; another signal ends it at once, without teardown.\n`);
      abort.abort(new Asked(signal));
    });
    const tell = teller(around, json);
    let worst: number = exitCodes.done;
    const failed: string[] = [];
    // Loaded only here: no other command needs all of it.
    const { runScenario } = await import("../../scenario/run/run.js");
    for (const one of read) {
      const outcome = await runScenario({ read: one, connect, signal: abort.signal, tell });
      const { met, unmet, interleaving, outputs } = outcome;
      const exitCode = codeOf(outcome);
      const { file } = one.source;
      if (exitCode !== exitCodes.done) {
        failed.push(file);
        if (interleaving && !json) around.stdout.write(lanesOf(interleaving, around));
        if (!abort.signal.aborted) for (const it of outputs) tell(it);
      }
      const title = titleOf(one.scenario.name ?? file, outcome);
      if (pages && interleaving) tell({ type: "page", file: await pages.write(file, title, interleaving) });
      tell({ type: "ended", file, met, unmet, exitCode });
      worst = Math.max(worst, exitCode);
      if (abort.signal.aborted) return worst;
    }
    if (read.length > 1 && !json) around.stdout.write(`\n${describeAll(read.length, failed)}\n`);
    return worst;
  },
};

/** A signal has asked the command to end. */
class Asked extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.exitCode = exitCodeOfSignal(signal);
  }
}

async function readAll(
  files: readonly string[],
  { cwd, env, stdout, stderr }: Surroundings,
  json: boolean,
): Promise<{ readonly read: readonly ReadScenario[]; readonly areFine: boolean }> {
  const read: ReadScenario[] = [];
  for (const file of files) {
    try {
      read.push(await readScenario(file, cwd, env));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (!json) stderr.write(`${error.message}\n`);
      else if (error instanceof BadScenario)
        for (const mistake of error.mistakes) stdout.write(jsonLine({ type: "mistake", ...mistake }));
      else stdout.write(jsonLine({ type: "mistake", file, message: error.message }));
    }
  }
  return { read, areFine: read.length === files.length };
}

function teller({ stdout, stderr, env }: Surroundings, json: boolean): Tell {
  const paint = painter(stdout, env);
  return (event: ScenarioEvent) => {
    if (json) stdout.write(jsonLine(event));
    else if (event.type === "failed") stderr.write(`${fold(`spangate: ${describeFailed(event)}`, stderr)}\n`);
    else stdout.write(describeEvent(event, paint));
  };
}

function codeOf({ unmet, error }: ScenarioOutcome): number {
  if (error instanceof Asked) return error.exitCode;
  if (error !== undefined) return error instanceof SpangateError ? exitCodeOf(error) : exitCodes.internal;
  return unmet > 0 ? exitCodes.no : exitCodes.done;
}

// Who opens the page is not to take a reached order for a scenario that has passed.
function titleOf(name: string, { met, unmet, error }: ScenarioOutcome): string {
  if (unmet > 0) return `${name}: ${describeUnmet(met, unmet)}`;
  return error instanceof Error ? `${name}: ${error.message.split("\n", 1)[0]}` : name;
}

function lanesOf(interleaving: ScenarioOutcome["interleaving"], { stdout, env }: Surroundings): string {
  const colors = Boolean(stdout.isTTY) && !env["NO_COLOR"];
  return `\n${inspect(interleaving, { colors })}\n\n`;
}
