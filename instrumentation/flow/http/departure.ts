// A client's request: its caller has it at once, and its agent gets it later. Until then it is a request that waits
// for a free connection of its agent.
import http, { type Agent, type ClientRequest, type RequestOptions } from "node:http";
import https from "node:https";
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { shadow } from "../shadow.js";
import { makeCall, type RawCall } from "../shape.js";
import { withdrawWhenDestroyed } from "./destroyed.js";

type Options = RequestOptions & { readonly _defaultAgent?: Agent };
type Connect = (options: unknown, done: (error: Error | null, connection?: unknown) => void) => unknown;

/** @param call `http.request(options, …)` */
export function putOffSending(call: RawCall, latch: Latch): ClientRequest {
  const options = call.args[0] as Options;
  try {
    const agent = agentOf(options);
    return agent ? queue(call, options, agent, latch) : connectLater(call, options, latch);
  } catch (error) {
    withdraw(latch, "the request could not be made");
    throw error;
  }
}

// Which agent Node will ask, made already where it makes one of its own; `undefined` for none.
function agentOf({ agent, _defaultAgent, protocol, createConnection }: Options): Agent | undefined {
  if (agent) return agent as Agent;
  const byDefault = _defaultAgent ?? (protocol === "https:" ? https : http).globalAgent;
  if (agent === false) return new (byDefault.constructor as new () => Agent)();
  return typeof createConnection === "function" ? undefined : byDefault;
}

function queue(call: RawCall, options: Options, agent: Agent, latch: Latch): ClientRequest {
  let connect: (() => void) | undefined;
  const undo = shadow(agent, "addRequest", (...args: unknown[]) => {
    undo();
    connect = () => void Reflect.apply((agent as unknown as { addRequest: () => void }).addRequest, agent, args);
  });
  try {
    const args = options.agent === false ? call.args.with(0, { ...options, agent }) : call.args;
    const request = makeCall({ ...call, args }) as ClientRequest;
    const unwatch = withdrawWhenDestroyed(request, latch);
    latch.whenOpen(() => {
      unwatch();
      // Destroyed before it had a connection: this is how Node tells it.
      if (request.destroyed) request.onSocket(undefined as never);
      else connect?.();
    });
    return request;
  } finally {
    undo();
  }
}

// A connection of the caller's own making may come later, by a callback.
function connectLater(call: RawCall, options: Options, latch: Latch): ClientRequest {
  const create = options.createConnection as Connect;
  const createConnection: Connect = (given, done) => {
    latch.whenOpen(() => {
      try {
        const connection = create.call(options, given, done);
        if (connection) done(null, connection);
      } catch (error) {
        done(error as Error);
      }
    });
  };
  const request = makeCall({ ...call, args: call.args.with(0, { ...options, createConnection }) }) as ClientRequest;
  latch.whenOpen(withdrawWhenDestroyed(request, latch));
  return request;
}
