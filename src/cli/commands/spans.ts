// spangate spans: what checkpoints there are.
import { Argument, Option } from "commander";
import { UsageError } from "../../core/errors.js";
import { agentEnvironment } from "../../runner/environment.js";
import { connectOperator } from "../../runner/operator.js";
import type { Command } from "../command.js";
import { type CoordinatorOptions, coordinatorOptions } from "../coordinator.js";
import { exitCodes } from "../exit-codes.js";
import { lookAt } from "../look.js";
import { jsonLine, jsonOption } from "../output.js";
import { runCommand } from "../run-command.js";
import { holdOf, serviceOf } from "../service.js";
import { allFacts } from "../spans/facts.js";
import { describeAll, describeNew } from "../spans/listing.js";
import { Looking } from "../spans/looking.js";
import { whyNothing } from "../spans/nothing.js";
import { endingSignals, type Surroundings, whenAskedToEnd } from "../surroundings.js";
import { painter, wrap } from "../text.js";

interface SpansOptions extends CoordinatorOptions {
  readonly service?: string;
  readonly values?: readonly string[];
  readonly statements?: boolean;
  readonly json?: boolean;
}

/** Where instrumentations put statements. */
const statementKeys = ["db.query.text", "db.statement"];
/** Of a command that cannot be run. A shell ends so too, and says why by itself. */
const neverRan: readonly number[] = [exitCodes.notFound, exitCodes.notExecutable];
/** How long the agents of a command that has ended may take to leave, in milliseconds: some may have outlived it. */
const leaveLimitMs = 2_000;
const connectTimeoutMs = 10_000;

export const spans: Command<SpansOptions> = {
  name: "spans",
  summary: "list what checkpoints there are, with the code for each",
  description:
    "Runs COMMAND with an agent in it, until it ends or Ctrl-C; use it meanwhile, for instance by a request. Without COMMAND it looks at the coordinator that is named, until Ctrl-C. Every span goes the way of one that is held, up to the hold, so that what can be held is known and not guessed; nothing waits. COMMAND's output goes to stderr.",
  arguments: [new Argument("[command...]", "the command and its arguments, best after --")],
  options: [
    new Option(
      "--service <name>",
      "the service's name, as checkpoints ask for it; without COMMAND: tell only this service's spans",
    ),
    new Option("--values <key>", "tell the values of an attribute that may hold secrets; repeatable").argParser(
      (key: string, keys: readonly string[] = []) => [...keys, key],
    ),
    new Option("--statements", "tell the statements sent to databases"),
    ...coordinatorOptions,
    jsonOption("one JSON object for each kind of span, at the end"),
  ],
  examples: [
    ["spans --service bank -- node server.js", "What a service can be held at; send it requests, then Ctrl-C"],
    ["spans --statements -- node nightly.js", "What a job does, with its SQL"],
    ["spans --service bank", "One service of the coordinator that is named"],
  ],
  exitCodes: [
    ["0", "there is a list, and COMMAND did not fail by itself"],
    ["1", "no span was seen"],
    ["N", "COMMAND's own, where it failed by itself"],
  ],
  passesThrough: true,
  async action(options, command, around) {
    return command.length > 0 ? await ofCommand(options, command, around) : await ofCoordinator(options, around);
  },
};

async function ofCommand(options: SpansOptions, command: readonly string[], around: Surroundings): Promise<number> {
  if (options.address !== undefined || options.tokenFile !== undefined) {
    throw new UsageError(
      "BadOption",
      "Give COMMAND or a coordinator: COMMAND gets one of its own. For a service of another one there is spangate exec.",
    );
  }
  const { env } = around;
  // Loaded only here: no other command but serve needs the server.
  const { ownCoordinator } = await import("../../access.js");
  const own = await ownCoordinator({}, []);
  const operator = await connectOperator(own.coordinator, connectTimeoutMs);
  let isAsked = false;
  const unhear = around.onSignals(endingSignals, () => {
    isAsked = true;
  });
  try {
    const looking = new Looking(operator, keysOf(options), () => {});
    await looking.begun;
    const service = options.service ?? serviceOf(env);
    const agent = agentEnvironment(own.coordinator, { service, hold: holdOf(env), spawned: false }, env);
    tell("spangate: use it now, for instance by a request. Ctrl-C ends it and lists its spans.", around);
    const exitCode = await runCommand(command, { ...env, ...agent }, around, "stderr");
    await looking.allLeft(leaveLimitMs);
    // It has been said that the command cannot be run.
    if (looking.agents.size === 0 && neverRan.includes(exitCode)) return exitCode;
    const isFound = list(looking, options, undefined, command[0], around);
    return exitCode !== exitCodes.done && !isAsked ? exitCode : isFound ? exitCodes.done : exitCodes.no;
  } finally {
    unhear();
    operator.close();
    await own.close();
  }
}

async function ofCoordinator(options: SpansOptions, around: Surroundings): Promise<number> {
  const { service, json = false } = options;
  const paint = painter(around.stdout, around.env);
  const asked = Promise.race([whenAskedToEnd(around), around.unread]);
  return await lookAt(options, around, async (operator) => {
    const looking = new Looking(operator, keysOf(options), (entries) => {
      for (const entry of entries.filter((it) => service === undefined || it.service === service))
        if (!json) around.stdout.write(describeNew(entry, paint));
    });
    await Promise.race([looking.begun, asked]);
    tell("spangate: looks on now. Ctrl-C ends it and lists the spans.", around);
    const isOver = looking.ended.then(() => "ended" as const);
    const why = await Promise.race([isOver, asked]);
    if (why !== "ended") await Promise.race([isOver, looking.catchUp()]);
    looking.stop();
    return list(looking, options, service, undefined, around) ? exitCodes.done : exitCodes.no;
  });
}

function keysOf({ values = [], statements = false }: SpansOptions): readonly string[] {
  return [...values, ...(statements ? statementKeys : [])];
}

/** @returns false where there is nothing to list */
function list(
  { catalogue, agents }: Looking,
  { json = false }: SpansOptions,
  service: string | undefined,
  command: string | undefined,
  around: Surroundings,
): boolean {
  const all = catalogue.entries;
  const shown = all.filter((entry) => service === undefined || entry.service === service);
  if (shown.length === 0) {
    tell(`spangate: ${whyNothing({ command, agents: [...agents], service, others: all })}`, around);
    return false;
  }
  const { stdout, env } = around;
  if (json) for (const facts of allFacts(shown, all)) stdout.write(jsonLine(facts));
  else
    stdout.write(describeAll(shown, all, catalogue.dropped, painter(stdout, env), Math.min(stdout.columns ?? 80, 100)));
  return true;
}

function tell(text: string, { stderr }: Surroundings): void {
  stderr.write(`${wrap(text, Math.min(stderr.columns ?? 80, 100)).join("\n")}\n`);
}
