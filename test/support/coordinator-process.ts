// A coordinator in a process of its own, and what it says of itself.
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { type AgentInfo, type Arrival, RunnerServiceClient } from "../../src/gen/spangate/v1/runner.ts";
import type { CoordinatorAddress } from "../../src/index.ts";
import { tokenMetadata } from "../../src/wire/token.ts";
import { node } from "./fixtures.ts";
import { Reports } from "./reports.ts";
import { Script } from "./scripts.ts";

const token = "a token of the tests";

export class CoordinatorProcess {
  readonly at: CoordinatorAddress;
  readonly #script: Script;

  private constructor(script: Script, address: string) {
    this.#script = script;
    this.at = { address, token };
  }

  static async start(): Promise<CoordinatorProcess> {
    using reports = new Reports();
    const script = new Script(node("coordinator.ts"), { ...reports.env, TOKEN: token });
    const { address } = await reports.first("coordinator").finally(() => reports.forget());
    return new CoordinatorProcess(script, String(address));
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#script.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#script[Symbol.asyncDispose]();
  }
}

/** What a coordinator knows at this moment. */
export async function stateOf({
  address,
  token,
}: CoordinatorAddress): Promise<{ readonly holds: readonly Arrival[]; readonly agents: readonly AgentInfo[] }> {
  const client = new RunnerServiceClient(address, credentials.createInsecure());
  const metadata = tokenMetadata(token);
  const holds = Promise.withResolvers<Arrival[]>();
  const agents = Promise.withResolvers<AgentInfo[]>();
  const settle = <T>({ resolve, reject }: PromiseWithResolvers<T>, error: ServiceError | null, value: () => T) =>
    error ? reject(error) : resolve(value());
  client.listHolds({}, metadata, (error, answer) => settle(holds, error, () => answer.holds));
  client.listAgents({}, metadata, (error, answer) => settle(agents, error, () => answer.agents));
  try {
    const [held, attached] = await Promise.all([holds.promise, agents.promise]);
    return { holds: held, agents: attached };
  } finally {
    client.close();
  }
}
