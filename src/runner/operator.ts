// A coordinator as somebody sees it who has no run of his own: what stands where, and how it is let go.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import { EnvironmentError } from "../core/errors.js";
import type { ListAgentsResponse, ListHoldsResponse } from "../gen/spangate/v1/runner.js";
import { socketOptions } from "../wire/address.js";
import { type Found, foundFromWire } from "../wire/discovery.js";
import { errorFromStatus, type StatusReply } from "../wire/failure.js";
import { type SeenStep, stepFromWire } from "../wire/steps.js";
import {
  type AttachedAgent,
  agentFromWire,
  type Hold,
  holdFromWire,
  type Watched,
  watchedFromWire,
} from "../wire/watching.js";
import type { CoordinatorAddress } from "./client.js";
import { answerLimitMs, connectClient, unaryOf } from "./grpc-runner.js";

/** What its functions reject with is a {@link SpangateError}: CoordinatorGone, Refused. */
export interface Operator {
  /** What stands at gates now, of every run, and the steps that wait to be let go on by hand at the same moment. */
  standing(): Promise<{ readonly holds: readonly Hold[]; readonly waiting: readonly SeenStep[] }>;
  /** Lets one hold go on, whatever its order says. @returns false when nothing stood there */
  release(hold: { readonly instance: string; readonly id: number }): Promise<boolean>;
  agents(): Promise<readonly AttachedAgent[]>;
  /** @param onSeen what is there, and from then on what comes and goes */
  watch(onSeen: (seen: readonly Watched[]) => void): Watch;
  /**
   * @param values attributes whose values are told
   * @param onFound what spans there are from now on, and whose agents tell that
   */
  discover(values: readonly string[], onFound: (found: readonly Found[]) => void): Watch;
  /** Has agents tell all that they have seen: who discovers is told `told` behind it. */
  syncAgents(): Promise<void>;
  close(): void;
}

/** A watch that goes on. */
export interface Watch {
  /** Resolves when the coordinator has ended it, or `stop` has. */
  readonly ended: Promise<void>;
  stop(): void;
}

/**
 * @param timeoutMs how long the coordinator may take to answer; where nobody listens that is told at once
 * @throws {EnvironmentError} CoordinatorUnreachable, Refused
 */
export async function connectOperator(at: CoordinatorAddress, timeoutMs: number): Promise<Operator> {
  await knock(at, timeoutMs);
  const { client, metadata } = await connectClient(at, timeoutMs);
  const named = (error: unknown) => errorFromStatus(error as StatusReply, at.address);
  const unary = unaryOf(client, metadata);
  const ask = async <Response>(answer: Promise<Response>): Promise<Response> =>
    answer.catch((error: unknown) => {
      throw named(error);
    });
  return {
    standing: async () => {
      const { holds, waiting } = await ask<ListHoldsResponse>(unary(client.listHolds, answerLimitMs)({}));
      return { holds: holds.map(holdFromWire), waiting: waiting.map(stepFromWire) };
    },
    release: async (hold) => (await ask(unary(client.release, answerLimitMs)(hold))).released,
    agents: async () =>
      (await ask<ListAgentsResponse>(unary(client.listAgents, answerLimitMs)({}))).agents.map(agentFromWire),
    syncAgents: async () => void (await ask(unary(client.syncAgents, answerLimitMs)({}))),
    watch: (onSeen) => read(client.watch({}, metadata), ({ events }) => onSeen(events.flatMap(watchedFromWire)), named),
    discover: (values, onFound) =>
      read(
        client.discover({ values: [...values] }, metadata),
        ({ events }) => onFound(events.flatMap(foundFromWire)),
        named,
      ),
    close: () => client.close(),
  };
}

function read<Response>(
  stream: ClientReadableStream<Response>,
  onData: (response: Response) => void,
  named: (error: unknown) => Error,
): Watch {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  stream.on("data", onData);
  stream.on("end", resolve);
  stream.on("error", (error: ServiceError) => reject(named(error)));
  return {
    ended,
    stop: () => {
      resolve();
      stream.cancel();
    },
  };
}

/** How HTTP/2 begins (RFC 9113): the client's preface, and settings that change nothing. */
const greeting = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
/** The first byte of TLS's alert. */
const alert = 0x15;

// gRPC would try again for the whole time.
async function knock({ address, tls }: CoordinatorAddress, limitMs: number): Promise<void> {
  const connection = connect(socketOptions(address));
  try {
    await once(connection, "connect");
    if (!tls && (await speaksTls(connection, limitMs)))
      throw new EnvironmentError(
        "Refused",
        `The coordinator at ${address} takes no plain connection, as one does not that speaks TLS. Give --tls-ca FILE, or set SPANGATE_TLS_CA: the certificate of who has signed its own.`,
      );
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(
      "CoordinatorUnreachable",
      `No coordinator answers at ${address}: ${reason}. Is it still running? \`spangate serve\` starts one.`,
      { cause: error },
    );
  } finally {
    connection.destroy();
  }
}

/** One that does not answer at all is no reason to say so. */
async function speaksTls(connection: Socket, limitMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  connection.on("data", (bytes: Buffer) => resolve(bytes[0] === alert));
  connection.on("error", () => resolve(true));
  connection.on("close", () => resolve(true));
  connection.setTimeout(limitMs, () => resolve(false));
  connection.write(greeting);
  return await promise;
}
