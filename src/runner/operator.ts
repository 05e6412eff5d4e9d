// A coordinator as somebody sees it who has no run of his own: what stands where, and how it is let go.
import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import type { ListAgentsResponse, ListHoldsResponse } from "../gen/spangate/v1/runner.js";
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
import { knock } from "./knock.js";

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
    watch: (onSeen) =>
      read(client.watch({ closed: false }, metadata), ({ events }) => onSeen(events.flatMap(watchedFromWire)), named),
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
