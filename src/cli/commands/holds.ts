// spangate holds: what stands at gates now.
import { printable } from "../../core/printable.js";
import type { Hold } from "../../wire/watching.js";
import type { Command } from "../command.js";
import { type CoordinatorOptions, coordinatorOptions } from "../coordinator.js";
import { exitCodes } from "../exit-codes.js";
import { callOf, holdFacts, lookAt, placeOf } from "../look.js";
import { jsonLine, jsonOption } from "../output.js";
import { duration, table } from "../text.js";

interface HoldsOptions extends CoordinatorOptions {
  readonly json?: boolean;
}

export const holds: Command<HoldsOptions> = {
  name: "holds",
  summary: "list what stands at gates now, of every run",
  options: [...coordinatorOptions, jsonOption("one JSON object a line")],
  examples: [
    ["holds", "Who stands where"],
    ["holds --json | jq -r .actor", "For a script"],
  ],
  async action({ json = false, ...options }, _, around) {
    const { holds: found, waiting } = await lookAt(options, around, (operator) => operator.standing());
    const now = Date.now();
    if (json) for (const hold of found) around.stdout.write(jsonLine(holdFacts(hold)));
    else around.stdout.write(found.length === 0 ? "Nothing stands at a gate.\n" : describe(found, now, around.stdout));
    // Not where programs read: what stands there is what they asked for.
    for (const step of waiting)
      around.stderr.write(`Run ${step.runId} waits for a hand: ${callOf(step)}. Let it go on in the page.\n`);
    return exitCodes.done;
  },
};

function describe(found: readonly Hold[], now: number, output: Parameters<typeof table>[1]): string {
  const rows = found.map((hold) => {
    const { actor, agent, id } = hold.arrival;
    return [
      actor,
      placeOf(hold),
      agent.service,
      String(agent.pid),
      duration(now - hold.sinceMs),
      agent.instance,
      String(id),
    ];
  });
  const told = rows.map((row) => row.map(printable));
  return table([["ACTOR", "STANDS", "SERVICE", "PID", "FOR", "INSTANCE", "ID"], ...told], output, 1);
}
