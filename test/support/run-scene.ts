// What tests of RunnerService's calls play with: a coordinator, a client that speaks plain protobuf, an obedient agent.
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import type { CoordinatorAddress } from "../../src/runner/client.ts";
import { ObedientAgent } from "./obedient-agent.ts";
import { RunClient } from "./run-client.ts";

export class RunScene {
  readonly at: CoordinatorAddress;
  readonly client: RunClient;
  readonly agent: ObedientAgent;
  readonly #server: CoordinatorServer;

  private constructor(server: CoordinatorServer, at: CoordinatorAddress, agent: ObedientAgent) {
    this.#server = server;
    this.at = at;
    this.client = new RunClient(at);
    this.agent = agent;
  }

  static async set(): Promise<RunScene> {
    const token = "a token of the tests";
    const server = await serveCoordinator({ listen: "127.0.0.1:0", token });
    const at = { address: server.address, token };
    return new RunScene(server, at, await ObedientAgent.attach(at));
  }

  async close(): Promise<void> {
    this.agent[Symbol.dispose]();
    this.client[Symbol.dispose]();
    await this.#server.close();
  }
}
