// Vitest's `test` with a gateway that is opened once a file and closed at its end.
import { inject, test as vitest } from "vitest";
import { type GatewayOptions, openGateway } from "../gateway.js";
import type { Gateway } from "../runner/gateway.js";
import { checkOptions } from "../runner/options.js";
import type { Runner } from "../runner/runner.js";
import { describeRuns } from "./failure.js";
import { optionNames, type SpangateOptions } from "./options.js";

type Run = Pick<Runner, "interleaving" | "close">;

/** The runs since the current test began. */
let runs: Run[] = [];
/** Whose a run is cannot be told among tests that run at once: they have them all together. */
let areShared = false;

/** @throws {UsageError} BadOption */
function options(): SpangateOptions {
  const given = inject("spangate") ?? {};
  checkOptions("provide.spangate", given, optionNames);
  return given;
}

/**
 * Vitest's `test`, with a `gateway` for tests and, as `test.beforeAll(({ gateway }) => …)`, for hooks. When a test
 * ends, its runs are closed; when it fails, the interleaving of its last run is printed, and their pages are written.
 * What the gateway is to have beside the plugin's options, such as probes, is given by extending `gatewayOptions`.
 */
export const test = vitest
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern.
  .extend("gatewayOptions", { scope: "file" }, ({}): GatewayOptions => ({}))
  .extend("gateway", { scope: "file" }, async ({ gatewayOptions }, { onCleanup }): Promise<Gateway> => {
    const { reportDir: _, ...configured } = options();
    const gateway = await openGateway({ ...configured, ...gatewayOptions });
    gateway.onRunner = (runner) => runs.push(runner);
    onCleanup(() => gateway.close());
    return gateway;
  })
  .extend("closedRuns", { auto: true }, ({ task, onTestFailed }, { onCleanup }) => {
    if (!task.concurrent || !areShared) runs = [];
    areShared = task.concurrent === true;
    onTestFailed(() => {
      // It fails as it is meant to, and nobody looks for why.
      if (task.fails) return;
      const { reportDir = "spangate-report" } = options();
      const interleavings = runs.map(({ interleaving }) => interleaving);
      const told = describeRuns(task, interleavings, reportDir);
      if (told !== undefined) console.error(told);
    });
    onCleanup(async () => {
      // Theirs are closed with the gateway.
      if (!task.concurrent) await Promise.all(runs.map((run) => run.close()));
    });
  });
