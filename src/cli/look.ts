// What the commands share that look at a live coordinator.
import { describePlace } from "../core/describe.js";
import { connectOperator, type Operator } from "../runner/operator.js";
import type { SeenStep } from "../wire/steps.js";
import type { Hold } from "../wire/watching.js";
import { type CoordinatorOptions, coordinatorOf } from "./coordinator.js";
import type { Surroundings } from "./surroundings.js";

/** How long the coordinator may take to answer, in milliseconds. */
const connectTimeoutMs = 10_000;

/** @throws {SpangateError} when there is none, or it refuses the token */
export async function lookAt<T>(
  options: CoordinatorOptions,
  around: Surroundings,
  action: (operator: Operator) => Promise<T>,
): Promise<T> {
  const operator = await connectOperator(await coordinatorOf(options, around), connectTimeoutMs);
  try {
    return await action(operator);
  } finally {
    operator.close();
  }
}

/** Where the actor stands, such as `after pg.query:SELECT bank`. */
export function placeOf({ arrival: { phase, span } }: Hold): string {
  return describePlace(phase, span);
}

/** What a test asked for, as it is called. */
export function callOf({ wanted }: SeenStep): string {
  return `its test has called ${wanted?.type ?? "next"}()`;
}

/** A hold as JSON tells it. */
export function holdFacts(hold: Hold): object {
  const { arrival, runId, sinceMs } = hold;
  const { actor, phase, span, mode, agent, id } = arrival;
  return {
    ...{ actor, phase, span: span.name, kind: span.kind, mode },
    ...{ service: agent.service, pid: agent.pid, instance: agent.instance, id, run: runId },
    since: new Date(sinceMs).toISOString(),
  };
}
