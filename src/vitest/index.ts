// Vitest's `test` with a gateway that is opened once a file and closed at its end.
import { inject, test as vitest } from "vitest";
import { openGateway } from "../gateway.js";
import type { Gateway } from "../runner/gateway.js";
import type { Runner } from "../runner/runner.js";
import type { SpangateOptions } from "./config.js";
import { describeRuns } from "./failure.js";

type Run = Pick<Runner, "interleaving" | "close">;

/** The runs since the current test began. */
let runs: Run[] = [];
/** Whose a run is cannot be told among tests that run at once: they have them all together. */
let areShared = false;

const options = (): SpangateOptions => inject("spangate") ?? {};

/**
 * Vitest's `test`, with a `gateway` for tests and, as `test.beforeAll(({ gateway }) => …)`, for hooks. When a test
 * ends, its runs are closed; when it fails, the interleaving of its last run is printed, and their pages are written.
 */
export const test = vitest
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern.
  .extend("gateway", { scope: "file" }, async ({}, { onCleanup }): Promise<Gateway> => {
    const { reportDir: _, ...gatewayOptions } = options();
    const gateway = await openGateway(gatewayOptions);
    gateway.onRunner = (runner) => runs.push(runner);
    onCleanup(() => gateway.close());
    return gateway;
  })
  .extend("closedRuns", { auto: true }, ({ task, onTestFailed }, { onCleanup }) => {
    if (!task.concurrent || !areShared) runs = [];
    areShared = task.concurrent === true;
    onTestFailed(() => {
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
