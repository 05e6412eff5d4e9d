// spangate watch: what comes and goes, line by line.
import { Option } from "commander";
import { printable } from "../../core/printable.js";
import type { Watched } from "../../wire/watching.js";
import type { Command } from "../command.js";
import { type CoordinatorOptions, coordinatorOptions } from "../coordinator.js";
import { exitCodes } from "../exit-codes.js";
import { callOf, holdFacts, lookAt, placeOf } from "../look.js";
import { jsonLine, jsonOption } from "../output.js";
import { whenAskedToEnd } from "../surroundings.js";
import { painter, timeOfDay } from "../text.js";

interface WatchOptions extends CoordinatorOptions {
  readonly actor?: string;
  readonly json?: boolean;
}

export const watch: Command<WatchOptions> = {
  name: "watch",
  summary: "follow what comes and goes: agents, runs, and holds of every run",
  description:
    "What is there already is told first. It goes on until Ctrl-C or the coordinator's end. Spans that no gate stops are not told: they belong to their runs.",
  options: [
    new Option("--actor <name>", "only what this actor does"),
    ...coordinatorOptions,
    jsonOption("one JSON object a line"),
  ],
  examples: [
    ["watch", "Everything, on a terminal beside the test's"],
    ["watch --actor alice --json", "What alice does, for a script"],
  ],
  exitCodes: [
    ["0", "ended by Ctrl-C, SIGTERM, or with the coordinator"],
    ["3", "the coordinator is gone, or this reader was too slow for it"],
  ],
  async action({ actor, json = false, ...options }, _, around) {
    const paint = painter(around.stdout, around.env);
    const asked = Promise.race([whenAskedToEnd(around), around.unread]);
    await lookAt(options, around, async (operator) => {
      const watching = operator.watch((seen) => {
        for (const it of seen.filter((one) => isNews(one) && (actor === undefined || actorOf(one) === actor)))
          around.stdout.write(json ? jsonLine(facts(it)) : lineOf(it, paint));
      });
      await Promise.race([watching.ended, asked]);
      watching.stop();
    });
    return exitCodes.done;
  },
};

// Every step of every test would be two lines; one that waits for a hand is worth one.
function isNews(seen: Watched): boolean {
  return seen.type !== "step" || seen.step.state === "person";
}

function actorOf(seen: Watched): string | undefined {
  return "hold" in seen ? seen.hold.arrival.actor : undefined;
}

function facts(seen: Watched): object {
  const head = { at: new Date(seen.atMs).toISOString(), type: seen.type };
  switch (seen.type) {
    case "attached":
      return { ...head, ...seen.agent };
    case "left":
      return { ...head, ...seen.agent, died: seen.died, reason: seen.reason };
    case "runOpened":
      return { ...head, run: seen.runId, starters: seen.starters };
    case "runClosed":
      return { ...head, run: seen.runId, ...(seen.failure !== "" && { failure: seen.failure }) };
    case "held":
    case "released":
      return { ...head, ...holdFacts(seen.hold) };
    case "byHand":
      return { ...head, on: seen.isOn };
    case "step":
      return { ...head, run: seen.step.runId, move: seen.step.state, wanted: seen.step.wanted?.type };
    case "withdrawn":
      return { ...head, ...holdFacts(seen.hold), reason: seen.reason };
  }
}

function lineOf(seen: Watched, paint: ReturnType<typeof painter>): string {
  const [text, color] = describe(seen);
  const told = printable(text);
  return `${paint("dim", timeOfDay(seen.atMs))}  ${color === undefined ? told : paint(color, told)}\n`;
}

function describe(seen: Watched): readonly [text: string, color?: "green" | "red" | "yellow"] {
  switch (seen.type) {
    case "attached":
      return [`+ ${seen.agent.service} attaches  [pid ${seen.agent.pid}, instance ${seen.agent.instance}]`];
    case "left": {
      const { service, pid, instance } = seen.agent;
      const which = `[pid ${pid}, instance ${instance}]`;
      return seen.died ? [`- ${service} dies: ${seen.reason}  ${which}`, "red"] : [`- ${service} leaves  ${which}`];
    }
    case "runOpened":
      return [`+ run ${seen.runId} of ${seen.starters.join(", ")} opens`];
    case "runClosed":
      return seen.failure === ""
        ? [`- run ${seen.runId} closes`]
        : [`- run ${seen.runId} closes: ${seen.failure}`, "red"];
    case "held":
      return [`■ ${place(seen)}`, "yellow"];
    case "released":
      return [`▶ ${place(seen)}`, "green"];
    case "byHand":
      return [seen.isOn ? "! steps wait for a hand from now on" : "! steps wait for no hand any more"];
    case "step":
      return [`! run ${seen.step.runId} waits for a hand: ${callOf(seen.step)}`, "yellow"];
    case "withdrawn":
      return [`× ${place(seen)}: ${seen.reason}`, "red"];
  }
}

const verbs = { held: "held", released: "goes on", withdrawn: "stands no more" } as const;

function place(seen: Extract<Watched, { readonly hold: unknown }>): string {
  const { actor, agent, id } = seen.hold.arrival;
  return `${actor} ${verbs[seen.type]} ${placeOf(seen.hold)}  [${agent.service}, ${agent.instance} ${id}]`;
}
