// RunnerService of a coordinator that is reached over gRPC.
import type { CallOptions, Metadata, ServiceError } from "@grpc/grpc-js";
import { EnvironmentError } from "../core/errors.js";
import { type OpenResponse, RunnerServiceClient } from "../gen/spangate/v1/runner.js";
import { pingHeader } from "../wire/pings.js";
import type { RunnerPort } from "../wire/runner-port.js";
import { tokenMetadata } from "../wire/token.js";
import { channelTo, isPinged } from "./channel.js";
import type { CoordinatorAddress } from "./client.js";
import { knock } from "./knock.js";

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** What grpc-js does for every call, and nobody here looks at: a run takes several calls while its actors wait. */
const cheapCalls = { "grpc.enable_channelz": 0, "grpc.enable_retries": 0 };

/** How long it is asked why a coordinator has not answered, in milliseconds. */
const knockLimitMs = 1_000;

/** How long a coordinator may take to answer what needs no waiting, in milliseconds. */
export const answerLimitMs = 10_000;

/**
 * @throws {UsageError} BadOption, for another machine without TLS, or certificates that cannot be read
 * @throws {EnvironmentError} CoordinatorUnreachable, when nothing answers within the time; Refused
 */
export async function connectRunner(
  at: CoordinatorAddress,
  timeoutMs: number,
): Promise<{ readonly port: RunnerPort; readonly close: () => void }> {
  const { client, metadata } = await connectClient(at, timeoutMs);
  return { port: grpcRunner(client, metadata), close: () => client.close() };
}

/** @throws {SpangateError} as {@link connectRunner} does */
export async function connectClient(
  at: CoordinatorAddress,
  timeoutMs: number,
): Promise<{ readonly client: RunnerServiceClient; readonly metadata: Metadata }> {
  const { address, token } = at;
  const channel = await channelTo(at, timeoutMs);
  const client = new RunnerServiceClient(address, channel.credentials, { ...cheapCalls, ...channel.options });
  const ready = Promise.withResolvers<void>();
  client.waitForReady(Date.now() + timeoutMs, (error) => (error ? ready.reject(error) : ready.resolve()));
  await ready.promise.catch(async () => {
    client.close();
    // gRPC says only that the time is over.
    await knock(at, knockLimitMs);
    throw new EnvironmentError(
      "CoordinatorUnreachable",
      `No coordinator answers at ${address}: somebody takes connections there, and has not answered within ${timeoutMs} ms. Is it spangate's address?`,
    );
  });
  const metadata = tokenMetadata(token);
  if (isPinged(address)) metadata.set(pingHeader, "1");
  return { client, metadata };
}

/** @returns makes a function of a method; `limitMs` is how long the answer may take, without a limit by default */
export function unaryOf(client: RunnerServiceClient, metadata: Metadata) {
  return <Request, Response>(method: Unary<Request, Response>, limitMs = Infinity) =>
    (request: Request): Promise<Response> => {
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      const options = Number.isFinite(limitMs) ? { deadline: Date.now() + limitMs } : {};
      method.call(client, request, metadata, options, (error, response) => (error ? reject(error) : resolve(response)));
      return promise;
    };
}

function grpcRunner(client: RunnerServiceClient, metadata: Metadata): RunnerPort {
  // A step has no limit here: the coordinator keeps its time.
  const unary = unaryOf(client, metadata);
  return {
    open: (request, { onEvents, onError, onEnd }) => {
      const stream = client.open(request, metadata);
      stream.on("data", ({ events }: OpenResponse) => onEvents(events));
      stream.on("error", (error: ServiceError) => onError(error));
      stream.on("end", onEnd);
      return () => stream.cancel();
    },
    next: unary(client.next),
    skipTo: unary(client.skipTo),
    finish: unary(client.finish),
    endStarter: unary(client.endStarter),
    adopt: unary(client.adopt),
    closeRun: unary(client.closeRun, answerLimitMs),
    listAgents: unary(client.listAgents, answerLimitMs),
  };
}
