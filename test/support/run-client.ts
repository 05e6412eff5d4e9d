// RunnerService as a stranger in another language calls it: its messages, its statuses, nothing of the runner's.
import {
  type CallOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  type Metadata,
  type ServiceError,
  type StatusObject,
} from "@grpc/grpc-js";
import {
  Failure,
  type OpenRequest,
  type OpenResponse,
  type RunEvent,
  RunnerServiceClient,
} from "../../src/gen/spangate/v1/runner.ts";
import type { CoordinatorAddress } from "../../src/index.ts";
import { orderToWire } from "../../src/wire/runs.ts";
import { tokenMetadata } from "../../src/wire/token.ts";
import { type Draft, orderOf } from "./builders.ts";

type Method<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** A call under way. */
export interface Asked<Response> {
  readonly answer: Promise<Response>;
  cancel(): void;
}

type CaseOf<Name> = Extract<NonNullable<RunEvent["event"]>, { $case: Name }>;
type Name = NonNullable<RunEvent["event"]>["$case"];

export class RunClient {
  readonly stub: RunnerServiceClient;
  readonly metadata: Metadata;

  constructor({ address, token }: CoordinatorAddress) {
    this.stub = new RunnerServiceClient(address, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    this.metadata = tokenMetadata(token);
  }

  call<Request, Response>(
    method: (stub: RunnerServiceClient) => Method<Request, Response>,
    request: Request,
    options: Partial<CallOptions> = {},
  ): Asked<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    // Some are cancelled, and nobody waits for them.
    promise.catch(() => {});
    const call = method(this.stub).call(this.stub, request, this.metadata, options, (error, response) =>
      error ? reject(error) : resolve(response),
    );
    return { answer: promise, cancel: () => call.cancel() };
  }

  next(runId: string, options?: Partial<CallOptions>) {
    return this.call((stub) => stub.next, { runId }, options);
  }

  skipTo(runId: string, checkpoint: number, options?: Partial<CallOptions>) {
    return this.call((stub) => stub.skipTo, { runId, checkpoint }, options);
  }

  finish(runId: string, options?: Partial<CallOptions>) {
    return this.call((stub) => stub.finish, { runId }, options);
  }

  endStarter(runId: string, actor: string, error = "") {
    return this.call((stub) => stub.endStarter, { runId, actor, error, called: [] });
  }

  adopt(runId: string, actor: string, options?: Partial<CallOptions>) {
    return this.call((stub) => stub.adopt, { runId, actor }, options);
  }

  closeRun(runId: string) {
    return this.call((stub) => stub.closeRun, { runId });
  }

  stepByHand(on: boolean) {
    return this.call((stub) => stub.stepByHand, { on });
  }

  async holds() {
    return (await this.call((stub) => stub.listHolds, {}).answer).holds;
  }

  async agents() {
    return (await this.call((stub) => stub.listAgents, {}).answer).agents;
  }

  open(request: OpenRequest, options: Partial<CallOptions> = {}): StrangersRun {
    return new StrangersRun(this.stub.open(request, this.metadata, options));
  }

  [Symbol.dispose](): void {
    this.stub.close();
  }
}

/** A run that was asked for, by its stream. */
export class StrangersRun {
  readonly stream: ClientReadableStream<OpenResponse>;
  readonly events: RunEvent[] = [];
  /** Settles when the stream is over, with its status. */
  readonly ended: Promise<StatusObject>;
  readonly #waiting = new Set<() => void>();

  constructor(stream: ClientReadableStream<OpenResponse>) {
    this.stream = stream;
    const { promise, resolve } = Promise.withResolvers<StatusObject>();
    this.ended = promise;
    stream.on("status", resolve);
    stream.on("error", () => {});
    stream.on("data", ({ events }: OpenResponse) => {
      this.events.push(...events);
      for (const look of this.#waiting) look();
    });
  }

  /** Resolves with the run's id, when every agent has its rules. */
  async opened(): Promise<string> {
    return (await this.event("opened")).runId;
  }

  /** Resolves with the first such event, also one that has come already. */
  async event<It extends Name>(name: It, fits: (value: CaseOf<It>["value"]) => boolean = () => true) {
    const { promise, resolve, reject } = Promise.withResolvers<CaseOf<It>["value"]>();
    const look = () => {
      for (const { event } of this.events) {
        if (event?.$case !== name) continue;
        if (fits(event.value as never)) resolve(event.value as never);
      }
    };
    void this.ended.then(({ code, details }) => reject(new Error(`The stream ended (${code}) without it: ${details}`)));
    this.#waiting.add(look);
    look();
    return await promise.finally(() => this.#waiting.delete(look));
  }

  async begun(actor: string): Promise<void> {
    await this.event("begin", (it) => it.actor === actor);
  }

  /** Resolves when the checkpoint's step has come. */
  async reached(checkpoint: number): Promise<void> {
    await this.event("reached", ({ reached }) => reached.some((it) => it.checkpoint === checkpoint));
  }
}

export function openRequest(
  starters: readonly string[],
  order: readonly (Draft | readonly Draft[])[],
  parts: Partial<OpenRequest> = {},
): OpenRequest {
  const rest = { adoptions: [], recordAttributes: [], stepTimeoutMs: 0, stallMs: 60_000 };
  return { starters: [...starters], order: orderToWire(orderOf(...order)), ...rest, ...parts };
}

/** What a call failed with: its status, and what its trailing metadata tells. */
export async function refusalOf(asked: Asked<unknown>): Promise<{ readonly code: number; readonly failure: Failure }> {
  const error = await asked.answer.then(
    () => {
      throw new Error("It was answered, and should have been refused.");
    },
    (reason: ServiceError) => reason,
  );
  const [told] = error.metadata?.get("spangate-failure-bin") ?? [];
  const none = { code: "", message: error.details, actor: "" };
  return { code: error.code, failure: Buffer.isBuffer(told) ? Failure.decode(told) : none };
}
