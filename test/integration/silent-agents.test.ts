// Agents that owe an answer: a run waits for them no longer than for a step, and not at all when they have left.
import { expect, it } from "vitest";
import { serveCoordinator } from "../../src/coordinator/server.ts";
import { openGateway } from "../../src/index.ts";
import { failureOf } from "../support/failures.ts";
import { node } from "../support/fixtures.ts";
import { RawAgent } from "../support/raw-agent.ts";
import { Reports } from "../support/reports.ts";

it("begins when an agent that never acknowledged the rules has left", async () => {
  await withSilent(async ({ silent, runner }) => {
    const first = runner.next();
    await silent.command(({ $case }) => $case === "rules");
    silent[Symbol.dispose]();
    expect(await first).toMatchObject({ reached: true });
  });
});

it("fails within the step's time when an agent never acknowledges the rules, and says which", async () => {
  await withSilent(async ({ runner }) => {
    const failure = await failureOf(runner.next());
    expect(failure).toMatchObject({ code: "StepTimedOut", message: expect.stringContaining("silent (pid 1)") });
  }, 300);
});

it("concludes when an agent that never answered Sync has left", async () => {
  await withSilent(async ({ silent, runner }) => {
    acknowledge(silent);
    await runner.next();
    const missing = failureOf(runner.next());
    await silent.command(({ $case }) => $case === "sync");
    silent[Symbol.dispose]();
    expect(await missing).toMatchObject({ code: "CheckpointNotReached" });
  });
});

it("fails within the step's time when an agent never answers Sync, and says which", async () => {
  await withSilent(async ({ silent, runner }) => {
    acknowledge(silent);
    await runner.next();
    const failure = await failureOf(runner.next());
    expect(failure).toMatchObject({ code: "StepTimedOut", message: expect.stringContaining("silent (pid 1)") });
  }, 8_000);
});

interface Scene {
  readonly silent: RawAgent;
  /** Its actor reaches the first checkpoint and never the second. */
  readonly runner: { next(): Promise<unknown> };
}

async function withSilent(act: (scene: Scene) => Promise<void>, stepTimeoutMs = 30_000): Promise<void> {
  const token = "the right token";
  const server = await serveCoordinator({ listen: "127.0.0.1:0", token });
  const coordinator = { address: server.address, token };
  using reports = new Reports();
  using silent = await new RawAgent(coordinator).attach({ service: "silent" });
  try {
    await using gateway = await openGateway({ connect: coordinator, stepTimeoutMs });
    const job = gateway.starter.process("job", node("job.js"), { env: reports.env });
    await act({ silent, runner: gateway.runner([job], [job.after("work"), job.after("never")]) });
  } finally {
    await server.close();
  }
}

function acknowledge(agent: RawAgent): void {
  void agent
    .command(({ $case }) => $case === "rules")
    .then((command) => {
      if (command.$case === "rules") agent.send({ $case: "rulesApplied", value: { version: command.value.version } });
    });
}
