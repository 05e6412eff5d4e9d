// What a suite is run with.
import { fileURLToPath } from "node:url";
import { type Checkpoint, type Gateway, openGateway, type Starter } from "spangate";
import { type Counts, countEvents } from "./count-events.ts";

type Variables = Readonly<Record<string, string>>;

/** What the agents told while the suite ran; `undefined` where there were none. */
export type Told = Counts | undefined;

/** Runs a suite's processes with the variables that it is given. */
export type Run = (env: Variables) => Promise<void>;

const never = 1_000_000;

// Nothing was ever held for good: that is how such a run must end. A process that crashed or was killed because it hung
// is a result of its suite.
const endings: readonly (string | undefined)[] = ["NothingHeld", "ProcessDied"];

export const modes: Readonly<Record<string, (run: Run) => Promise<Told>>> = {
  /** Nothing is loaded. */
  plain: async (run) => {
    await run({});
    return undefined;
  },
  /** OpenTelemetry alone. What differs here is not spangate's. */
  opentelemetry: async (run) => {
    await run({ NODE_OPTIONS: `--require ${fileURLToPath(new URL("opentelemetry.cjs", import.meta.url))}` });
    return undefined;
  },
  /** An agent, and no run. */
  idle: (run) => withGateway((gateway) => run(gateway.environment("suite", {}))),
  /** All is the actor's; its rules match nothing. */
  passing: (run) => asActor(run, (suite) => [suite.before("no such span"), suite.after("no such span")]),
  /** All is the actor's; every span stands at its start and its end until the coordinator lets it go on, at once. */
  released: (run) => asActor(run, (suite) => [suite.before("*", { nth: never }), suite.after("*", { nth: never })]),
};

async function withGateway(use: (gateway: Gateway) => Promise<void>): Promise<Counts> {
  const counts = countEvents();
  await using gateway = await openGateway({ stepTimeoutMs: 3_600_000, stallMs: 3_600_000 });
  await use(gateway);
  return counts();
}

function asActor(run: Run, order: (suite: Starter) => readonly Checkpoint[]): Promise<Counts> {
  return withGateway(async (gateway) => {
    let performed: Promise<void> | undefined;
    const suite = gateway.starter("suite", ({ environment }) => {
      performed = run({ ...gateway.environment("suite", {}), ...environment });
      return performed;
    });
    const listed = order(suite).map((checkpoint) => checkpoint.ifReached());
    await using runner = gateway.runner([suite], listed);
    await runner.finish().catch((error: { code?: string }) => {
      if (!endings.includes(error.code)) throw error;
    });
    // A process that dies ends the run before its last output is read.
    await performed;
  });
}
