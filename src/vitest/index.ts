// Vitest's `test` with a gateway that is opened once a file and closed at its end.
import { inject, test as vitest } from "vitest";
import { type GatewayOptions, openGateway } from "../gateway.js";
import type { Gateway } from "../runner/gateway.js";
import type { Runner } from "../runner/runner.js";

type Run = Pick<Runner, "interleaving" | "close">;

/** The runs since the current test began. */
let runs: Run[] = [];

/**
 * Vitest's `test`, with a `gateway` for tests and, as `test.beforeAll(({ gateway }) => …)`, for hooks. When a test
 * ends, its runs are closed; when it fails, the interleaving of its last run is printed.
 */
export const test = vitest
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern.
  .extend("gateway", { scope: "file" }, async ({}, { onCleanup }): Promise<Gateway> => {
    const options: GatewayOptions | undefined = inject("spangate");
    const gateway = await openGateway(options);
    gateway.onRunner = (runner) => runs.push(runner);
    onCleanup(() => gateway.close());
    return gateway;
  })
  .extend("closedRuns", { auto: true }, ({ task, onTestFailed }, { onCleanup }) => {
    runs = [];
    onTestFailed(() => {
      const last = runs.at(-1);
      if (last) console.error(`The interleaving of the last run:\n${String(last.interleaving)}`);
    });
    onCleanup(async () => {
      // Whose a run is cannot be told among tests that run at once: theirs are closed with the gateway.
      if (!task.concurrent) await Promise.all(runs.map((run) => run.close()));
    });
  });
