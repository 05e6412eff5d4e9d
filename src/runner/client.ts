// RunnerService as promises. What it throws are spangate's own errors.
import {
  type CallOptions,
  type ClientReadableStream,
  credentials,
  type Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { EnvironmentError } from "../core/errors.js";
import type {
  AdoptRequest,
  AdoptResponse,
  AgentInfo,
  CloseRunRequest,
  CloseRunResponse,
  EndStarterRequest,
  EndStarterResponse,
  FinishRequest,
  FinishResponse,
  ListAgentsRequest,
  ListAgentsResponse,
  NextRequest,
  NextResponse,
  OpenRequest,
  OpenResponse,
  Reached,
  SkipToRequest,
  SkipToResponse,
} from "../gen/spangate/v1/runner.js";
import { RunnerServiceClient } from "../gen/spangate/v1/runner.js";
import { errorFromStatus } from "../wire/failure.js";
import { tokenMetadata } from "../wire/token.js";

/** Where a coordinator is, and what its calls must carry. */
export interface CoordinatorAddress {
  /** `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  readonly token: string;
}

/** The answer to a step. */
export interface StepAnswer {
  readonly reached: readonly Reached[];
  /** The last event of the run's stream that belongs to the step. */
  readonly sequence: number;
}

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** What grpc-js does for every call, and nobody here looks at: a run takes several calls while its actors wait. */
const cheapCalls = { "grpc.enable_channelz": 0, "grpc.enable_retries": 0 };

/** How long a coordinator may take to answer what needs no waiting, in milliseconds. */
const answerLimitMs = 10_000;

export class CoordinatorClient {
  readonly address: string;
  readonly #client: RunnerServiceClient;
  readonly #metadata: Metadata;
  #onGone: () => void = () => {};
  #isGone = false;

  constructor({ address, token }: CoordinatorAddress) {
    this.address = address;
    this.#client = new RunnerServiceClient(address, credentials.createInsecure(), cheapCalls);
    this.#metadata = tokenMetadata(token);
  }

  /** @throws {EnvironmentError} when nothing answers within the time. */
  async connect(timeoutMs: number): Promise<void> {
    const ready = Promise.withResolvers<void>();
    this.#client.waitForReady(Date.now() + timeoutMs, (error) => {
      if (error)
        ready.reject(
          new EnvironmentError("CoordinatorUnreachable", `No coordinator answers at ${this.address}: ${error.message}`),
        );
      else ready.resolve();
    });
    await ready.promise;
    await this.listAgents();
  }

  open(request: OpenRequest): ClientReadableStream<OpenResponse> {
    return this.#client.open(request, this.#metadata);
  }

  next(runId: string): Promise<StepAnswer> {
    return this.#call<NextRequest, NextResponse>(this.#client.next, { runId });
  }

  skipTo(runId: string, checkpoint: number): Promise<StepAnswer> {
    return this.#call<SkipToRequest, SkipToResponse>(this.#client.skipTo, { runId, checkpoint });
  }

  async finish(runId: string): Promise<StepAnswer> {
    const { sequence } = await this.#call<FinishRequest, FinishResponse>(this.#client.finish, { runId });
    return { reached: [], sequence };
  }

  async endStarter(runId: string, actor: string, error: string, called: readonly string[]): Promise<void> {
    await this.#call<EndStarterRequest, EndStarterResponse>(this.#client.endStarter, {
      runId,
      actor,
      error,
      called: [...called],
    });
  }

  /** Lets an adopted actor begin. @returns why its flow did not end by itself; empty when it did */
  async adopt(runId: string, actor: string): Promise<string> {
    return (await this.#call<AdoptRequest, AdoptResponse>(this.#client.adopt, { runId, actor })).error;
  }

  async closeRun(runId: string): Promise<void> {
    await this.#call<CloseRunRequest, CloseRunResponse>(this.#client.closeRun, { runId }, answerLimitMs);
  }

  async listAgents(): Promise<readonly AgentInfo[]> {
    return (await this.#call<ListAgentsRequest, ListAgentsResponse>(this.#client.listAgents, {}, answerLimitMs)).agents;
  }

  /** Calls back once, when the coordinator is found to be gone. */
  onGone(listener: () => void): void {
    this.#onGone = listener;
  }

  errorOf(error: ServiceError): Error {
    const told = errorFromStatus(error, this.address);
    if (told.code === "CoordinatorGone" && !this.#isGone) {
      this.#isGone = true;
      this.#onGone();
    }
    return told;
  }

  close(): void {
    this.#isGone = true;
    this.#client.close();
  }

  /** @param limitMs how long the answer may take; a step has no limit here, the coordinator keeps its time */
  #call<Request, Response>(method: Unary<Request, Response>, request: Request, limitMs = Infinity): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const options = Number.isFinite(limitMs) ? { deadline: Date.now() + limitMs } : {};
    method.call(this.#client, request, this.#metadata, options, (error, response) => {
      if (error) reject(this.errorOf(error));
      else resolve(response);
    });
    return promise;
  }
}
