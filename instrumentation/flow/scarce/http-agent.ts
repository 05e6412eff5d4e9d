// The sockets of node:http's agents.
import type { Agent, ClientRequest } from "node:http";
import { type EmptyStock, noteClaim, noteUser, userOf } from "../../scarcity.js";
import type { Trace } from "../../trace.js";
import type { RawCall } from "../shape.js";

type Limits = Pick<Agent, "maxSockets" | "maxTotalSockets"> & { readonly totalSocketCount?: number };
/** As Node names the request that a socket serves. */
type Serving = { readonly _httpMessage?: ClientRequest | null };

/** @param call `http.request(options, …)` */
export function takeSocket(call: RawCall, trace: Trace): RawCall {
  const raw = (...args: unknown[]) => {
    const request = Reflect.apply(call.raw, call.self, args) as ClientRequest;
    noteUser(request, trace);
    noteClaim(trace, () => lookAt(request));
    return request;
  };
  return { ...call, raw };
}

// A request waits in its agent's list by its host's name.
function lookAt(request: ClientRequest): EmptyStock | undefined {
  const agent = (request as ClientRequest & { agent?: Agent & Limits }).agent;
  const name = Object.entries(agent?.requests ?? {}).find(([, waiting]) => waiting?.includes(request))?.[0];
  if (!agent || name === undefined) return undefined;
  const ofHost = agent.sockets[name] ?? [];
  const resource = "a socket of an HTTP agent";
  if (ofHost.length >= agent.maxSockets)
    return { resource, option: "maxSockets", limit: agent.maxSockets, users: ofHost.map(userOfSocket) };
  if ((agent.totalSocketCount ?? 0) < agent.maxTotalSockets) return undefined;
  const all = Object.values(agent.sockets).flatMap((sockets) => sockets ?? []);
  return { resource, option: "maxTotalSockets", limit: agent.maxTotalSockets, users: all.map(userOfSocket) };
}

function userOfSocket(socket: unknown): Trace | undefined {
  return userOf((socket as Serving)._httpMessage);
}
