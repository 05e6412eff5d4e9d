// spangate release: lets holds go on by hand.
import { Argument, Option } from "commander";
import { UsageError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import type { Hold } from "../../wire/watching.js";
import type { Command } from "../command.js";
import { type CoordinatorOptions, coordinatorOptions } from "../coordinator.js";
import { exitCodes } from "../exit-codes.js";
import { holdFacts, lookAt, placeOf } from "../look.js";
import { jsonLine, jsonOption } from "../output.js";

interface ReleaseOptions extends CoordinatorOptions {
  readonly all?: boolean;
  readonly actor?: string;
  readonly json?: boolean;
}

export const release: Command<ReleaseOptions> = {
  name: "release",
  summary: "let holds go on, whatever their order says",
  description: "To go past a checkpoint by hand: the actor goes on at once, whoever has the turn.",
  arguments: [
    new Argument("[instance]", "the agent's instance, as spangate holds lists it"),
    new Argument("[id]", "the hold's id there"),
  ],
  options: [
    new Option("--all", "everything that stands now"),
    new Option("--actor <name>", "whatever stands of this actor, of every run"),
    ...coordinatorOptions,
    jsonOption("one JSON object for each hold that went on"),
  ],
  examples: [
    ["release 2 17", "One hold"],
    ["release --actor alice", "All of one actor"],
    ["release --all", "Everything"],
  ],
  exitCodes: [
    ["0", "something went on"],
    ["1", "nothing stood there"],
  ],
  async action({ all = false, actor, json = false, ...options }, args, around) {
    const isMeant = choose(args, all, actor);
    const released = await lookAt(options, around, async (operator) => {
      const found = (await operator.standing()).holds.filter(isMeant);
      const went = await Promise.all(
        found.map(({ arrival: { agent, id } }) => operator.release({ instance: agent.instance, id })),
      );
      // One that has gone on meanwhile was not let go by us.
      return found.filter((_, at) => went[at]);
    });
    for (const hold of released) around.stdout.write(json ? jsonLine(holdFacts(hold)) : `${describe(hold)}\n`);
    if (released.length > 0) return exitCodes.done;
    around.stderr.write("spangate: nothing stood there.\n");
    return exitCodes.no;
  },
};

/** @throws {UsageError} BadOption, unless exactly one choice was made */
function choose([instance, id]: readonly string[], all: boolean, actor: string | undefined): (hold: Hold) => boolean {
  const choices = [instance !== undefined, all, actor !== undefined].filter(Boolean).length;
  if (choices !== 1 || (instance !== undefined && id === undefined)) {
    throw new UsageError(
      "BadOption",
      "Which hold? Give INSTANCE and ID (spangate holds lists them), --actor NAME or --all.",
    );
  }
  if (id !== undefined && !/^\d+$/.test(id))
    throw new UsageError("BadOption", `"${id}" is no hold's ID: give a whole number, as spangate holds lists it.`);
  if (all) return () => true;
  if (actor !== undefined) return ({ arrival }) => arrival.actor === actor;
  return ({ arrival }) => arrival.agent.instance === instance && arrival.id === Number(id);
}

function describe(hold: Hold): string {
  const { actor, agent } = hold.arrival;
  return printable(`${actor} goes on ${placeOf(hold)}  [${agent.service}, pid ${agent.pid}]`);
}
