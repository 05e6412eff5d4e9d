// A coordinator under attack: what must hold behind every attack, whatever it was.
import { expect } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import type { CoordinatorAddress } from "../../src/index.ts";
import { at } from "./builders.ts";
import { ObedientAgent } from "./obedient-agent.ts";
import { status } from "./raw-agent.ts";
import { openRequest, RunClient, type StrangersRun } from "./run-client.ts";
import { untilAsync } from "./until.ts";

/** A run in progress: alice stands at its first checkpoint, the others have not begun. */
export interface Victim {
  readonly runId: string;
  readonly run: StrangersRun;
  readonly held: number;
}

export class FuzzedCoordinator {
  readonly at: CoordinatorAddress;
  readonly client: RunClient;
  readonly agent: ObedientAgent;
  readonly #server: CoordinatorServer;

  private constructor(server: CoordinatorServer, at: CoordinatorAddress, agent: ObedientAgent) {
    this.at = at;
    this.agent = agent;
    this.client = new RunClient(at);
    this.#server = server;
  }

  static async start(): Promise<FuzzedCoordinator> {
    const token = "a token of the tests";
    const server = await serveCoordinator({ listen: "127.0.0.1:0", token });
    const place = { address: server.address, token };
    return new FuzzedCoordinator(server, place, await ObedientAgent.attach(place, "honest"));
  }

  /** Its limits are long: nothing of it ends by a clock. */
  async victim(): Promise<Victim> {
    const order = [at("alice", "before", "work"), at("bob", "before", "work"), at("alice", "finished")];
    const run = this.client.open(openRequest(["alice", "bob", "carol"], order, { stepTimeoutMs: 60_000 }));
    const runId = await run.opened();
    const step = this.client.next(runId);
    await run.begun("alice");
    const held = this.agent.arrive({ runId, actor: "alice" });
    await step.answer;
    return { runId, run, held };
  }

  /** Whose actor stood there before still does. */
  async expectHeld({ runId, held }: Victim): Promise<void> {
    expect(this.agent.mayGoOn(held)).toBe(false);
    const holds = (await this.client.holds()).filter((it) => it.runId === runId && it.service === "honest");
    expect(holds).toMatchObject([{ actor: "alice", id: held }]);
  }

  /** Ends the victim's run, if nobody has; its actor must have been let go, once. */
  async end({ runId, held, run }: Victim): Promise<void> {
    await this.client.closeRun(runId).answer;
    await run.ended;
    await this.agent.released(held);
    const releases = this.agent.commands.filter((it) => it.$case === "release" && it.value.ids.includes(held));
    expect(releases).toHaveLength(1);
  }

  /** Nobody is left but the honest agent, no run and no hold, and a run goes through as if nothing had been. */
  async expectWell(statuses: readonly number[]): Promise<void> {
    expect(statuses).not.toContain(status.INTERNAL);
    expect(statuses).not.toContain(status.UNKNOWN);
    // Whoever has the token may have runs wait for a hand.
    await this.client.stepByHand(false).answer;
    await untilAsync(
      "everything of the attack is gone",
      async () => {
        using spy = await new ObedientAgent(this.at).attach({ service: "spy" });
        const [welcome] = spy.commands;
        const rules = welcome?.$case === "welcome" ? welcome.value.rules?.actors : undefined;
        const others = (await this.client.agents()).filter(({ service }) => service !== "honest" && service !== "spy");
        const holds = await this.client.holds();
        return rules?.length === 0 && others.length === 0 && holds.length === 0 ? true : undefined;
      },
      5_000,
    );
    await this.#normalRun();
    this.agent.commands.splice(0);
  }

  async close(): Promise<void> {
    this.agent[Symbol.dispose]();
    this.client[Symbol.dispose]();
    await this.#server.close();
  }

  async #normalRun(): Promise<void> {
    const { client, agent } = this;
    const order = [at("dora", "before", "work"), at("dora", "finished")];
    const run = client.open(openRequest(["dora"], order));
    const runId = await run.opened();
    const step = client.next(runId);
    await run.begun("dora");
    const held = agent.arrive({ runId, actor: "dora" });
    expect((await step.answer).reached).toMatchObject([{ checkpoint: 0, reached: true, arrival: { id: held } }]);
    const end = client.finish(runId);
    await agent.released(held);
    agent.pass({ runId, actor: "dora" });
    await client.endStarter(runId, "dora").answer;
    await end.answer;
    await client.closeRun(runId).answer;
    expect((await run.ended).code).toBe(status.OK);
  }
}
