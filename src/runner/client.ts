// A coordinator as a runner sees it: RunnerService in the runner's words. What it throws are spangate's own errors.
import type { AgentInfo, OpenRequest, Reached } from "../gen/spangate/v1/runner.js";
import { errorFromStatus, type StatusReply } from "../wire/failure.js";
import type { RunListener, RunnerPort } from "../wire/runner-port.js";
import type { ClientTls } from "../wire/tls.js";

/** Where a coordinator is, and what its calls must carry. */
export interface CoordinatorAddress {
  /** `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  /** Reaches it by TLS; `{}` trusts the authorities that Node trusts. */
  readonly tls?: ClientTls | undefined;
  /** Reaches it on another machine without TLS. */
  readonly insecure?: boolean | undefined;
  /** The gateway's secret. Agents get a token that is made of it, which opens nothing of a runner's. */
  readonly token: string;
}

/** The answer to a step. */
export interface StepAnswer {
  readonly reached: readonly Reached[];
  /** The last event of the run's stream that belongs to the step. */
  readonly sequence: number;
}

export class CoordinatorClient {
  readonly address: string;
  readonly #port: RunnerPort;
  #onGone: () => void = () => {};
  #isGone = false;

  constructor(address: string, port: RunnerPort) {
    this.address = address;
    this.#port = port;
  }

  /** @returns what ends the run's lease */
  open(request: OpenRequest, listener: RunListener): () => void {
    return this.#port.open(request, listener);
  }

  next(runId: string): Promise<StepAnswer> {
    return this.#ask(this.#port.next({ runId }));
  }

  skipTo(runId: string, checkpoint: number): Promise<StepAnswer> {
    return this.#ask(this.#port.skipTo({ runId, checkpoint }));
  }

  async finish(runId: string): Promise<StepAnswer> {
    const { sequence } = await this.#ask(this.#port.finish({ runId }));
    return { reached: [], sequence };
  }

  async endStarter(runId: string, actor: string, error: string, called: readonly string[]): Promise<void> {
    await this.#ask(this.#port.endStarter({ runId, actor, error, called: [...called] }));
  }

  /** Lets an adopted actor begin. @returns why its flow did not end by itself; empty when it did */
  async adopt(runId: string, actor: string): Promise<string> {
    return (await this.#ask(this.#port.adopt({ runId, actor }))).error;
  }

  async closeRun(runId: string): Promise<void> {
    await this.#ask(this.#port.closeRun({ runId }));
  }

  async listAgents(): Promise<readonly AgentInfo[]> {
    return (await this.#ask(this.#port.listAgents({}))).agents;
  }

  /** Calls back once, when the coordinator is found to be gone. */
  onGone(listener: () => void): void {
    this.#onGone = listener;
  }

  errorOf(error: StatusReply): Error {
    const told = errorFromStatus(error, this.address);
    if (told.code === "CoordinatorGone" && !this.#isGone) {
      this.#isGone = true;
      this.#onGone();
    }
    return told;
  }

  /** Nothing that ends from now on means that the coordinator is gone. */
  close(): void {
    this.#isGone = true;
  }

  async #ask<Response>(answer: Promise<Response>): Promise<Response> {
    try {
      return await answer;
    } catch (error) {
      throw this.errorOf(error as StatusReply);
    }
  }
}
