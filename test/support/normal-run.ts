// A run of a real process that goes on while something else happens to its coordinator.
import { expect } from "vitest";
import { serveCoordinator } from "../../src/coordinator/server.ts";
import { type CoordinatorAddress, openGateway } from "../../src/index.ts";
import { node } from "./fixtures.ts";
import { RawAgent } from "./raw-agent.ts";
import { Reports } from "./reports.ts";

export interface Scene {
  readonly coordinator: CoordinatorAddress;
  /** The id of the run in progress; its actor is "job", held at checkpoint 0. */
  readonly runId: string;
}

/** Holds a process, lets the attack happen, and checks that the run then goes on as if nothing had been. */
export async function during(attack: (scene: Scene) => Promise<void>): Promise<void> {
  const token = "the right token";
  const server = await serveCoordinator({ listen: "127.0.0.1:0", token });
  const coordinator = { address: server.address, token };
  using reports = new Reports();
  try {
    await using gateway = await openGateway({ connect: coordinator });
    const job = gateway.starter.process("job", node("job.js"), { env: reports.env });
    const runner = gateway.runner([job], [job.before("work"), job.after("work")]);
    expect(await runner.next()).toMatchObject({ reached: true });
    await attack({ coordinator, runId: await runOf(coordinator) });
    expect(reports.all.map(({ event }) => event)).toEqual(["entered"]);
    expect(await runner.next()).toMatchObject({ reached: true, arrival: { span: "work", service: "job" } });
    expect((await runner.finish()).job.exitCode).toBe(0);
    // And the coordinator takes a new run.
    const again = gateway.runner([job], [job.after("work")]);
    expect(await again.next()).toMatchObject({ reached: true });
    await again.finish();
  } finally {
    await server.close();
  }
}

// As any agent learns it: from the rules.
async function runOf(coordinator: CoordinatorAddress): Promise<string> {
  using spy = await new RawAgent(coordinator).attach();
  const [welcome] = spy.commands;
  return welcome?.$case === "welcome" ? (welcome.value.rules?.actors[0]?.runId ?? "") : "";
}
