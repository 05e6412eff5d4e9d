// The interactive page: its files, its stream and its few requests, over HTTP on loopback, in the coordinator's process.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RunnerCalls } from "../coordinator/runner-calls.js";
import { EnvironmentError, UsageError } from "../core/errors.js";
import { isAddress, isOfThisMachine, socketOptions } from "../wire/address.js";
import type { StatusReply } from "../wire/failure.js";
import { goalToWire } from "../wire/steps.js";
import { readBody, requestReaders } from "./body.js";
import { pageFiles } from "./files.js";
import { newGuard } from "./guard.js";
import { safeHeaders } from "./headers.js";
import type { LiveAnswer, LiveRequests } from "./protocol.js";
import { streamTo } from "./stream.js";
import { Unattended, type WaitingRun } from "./unattended.js";

export interface UiServerOptions {
  /** `HOST:PORT` with a loopback host; port 0 takes a free one. */
  readonly listen: string;
  /** The gateway's secret. */
  readonly token: string;
  readonly calls: UiCalls;
  /** A step waits for a hand, and no page is open. */
  readonly onUnattended?: (run: WaitingRun) => void;
}

/** What it uses of the coordinator. */
export type UiCalls = Pick<RunnerCalls, "watch" | "follow" | "stepByHand" | "steer" | "release">;

/** A server of the page. */
export interface UiServer {
  /** Its address for a browser, without a token. */
  readonly url: string;
  close(): Promise<void>;
}

/** Pages that may be open at once. */
const streamLimit = 32;
const connectionLimit = 256;

/**
 * @throws {UsageError} BadOption, for an address beyond this machine
 * @throws {EnvironmentError} CoordinatorUnreachable, when the address cannot be listened on
 */
export async function serveUi({ listen, token, calls, onUnattended }: UiServerOptions): Promise<UiServer> {
  checkListen(listen);
  const host = listen.replace(/:\d+$/, "");
  const port = () => (server.address() as AddressInfo).port;
  const guard = newGuard(token, host, port);
  const unattended = new Unattended(calls, onUnattended);
  const streams = new Set<() => void>();
  const server = createServer(
    { maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    (request, response) => {
      for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
      const refusal = guard(request);
      if (refusal) return refuse(response, refusal.status, refusal.error);
      const { url = "", method = "" } = request;
      const run = /^\/api\/live(?:\/([0-9a-f]{1,64}))?$/.exec(url);
      if (run) return isMethod(request, response, "GET") ? openStream(response, run[1] ?? "") : undefined;
      if (url.startsWith("/api/")) return void ask(request, response, url.slice("/api/".length));
      const file = pageFiles().get(url);
      if (!file) return refuse(response, 404, "There is no such page.");
      if (!isMethod(request, response, "GET", "HEAD")) return;
      response.writeHead(200, { "content-type": file.type, "content-length": file.body.length });
      response.end(method === "HEAD" ? undefined : file.body);
    },
  );
  server.maxConnections = connectionLimit;

  function openStream(response: ServerResponse, runId: string): void {
    if (streams.size >= streamLimit)
      return refuse(response, 503, `${streamLimit} pages are open already. Close some of them.`);
    response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8" });
    const end = streamTo(response, calls, runId);
    streams.add(end);
    unattended.open();
    response.on("close", () => {
      end();
      streams.delete(end);
      unattended.close();
    });
  }

  async function ask(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (!Object.hasOwn(requestReaders, path)) return refuse(response, 404, "There is no such request.");
    if (!isMethod(request, response, "POST")) return;
    // What a form of another website can send is none of these.
    if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
      return refuse(response, 415, "Send JSON, as application/json.");
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, "That is longer than anything that can be asked here.");
    try {
      answer(response, 200, await carryOut(calls, path as keyof LiveRequests, parse(body)));
    } catch (error) {
      if (error instanceof NoRequest) refuse(response, 400, `This makes no sense to ${path}.`);
      else refuse(response, 409, (error as StatusReply).details);
    }
  }

  try {
    server.listen(socketOptions(listen));
    await once(server, "listening");
  } catch (error) {
    unattended.end();
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError("CoordinatorUnreachable", `The page cannot be served at ${listen}: ${reason}`, {
      cause: error,
    });
  }
  return {
    url: `http://${host}:${port()}/`,
    close: async () => {
      unattended.end();
      for (const end of streams) end();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

class NoRequest extends Error {}

async function carryOut(calls: UiCalls, path: keyof LiveRequests, body: unknown): Promise<LiveAnswer> {
  switch (path) {
    case "by-hand": {
      await calls.stepByHand(known(requestReaders[path](body)));
      return {};
    }
    case "steer": {
      const { goal, ...step } = known(requestReaders[path](body));
      await calls.steer({ ...step, goal: goalToWire(goal) });
      return {};
    }
    case "release":
      return await calls.release(known(requestReaders[path](body)));
  }
}

function known<It>(it: It | undefined): It {
  if (it === undefined) throw new NoRequest();
  return it;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new NoRequest();
  }
}

function isMethod({ method = "" }: IncomingMessage, response: ServerResponse, ...methods: readonly string[]): boolean {
  if (methods.includes(method)) return true;
  response.setHeader("allow", methods.join(", "));
  refuse(response, 405, `Only ${methods.join(" and ")} can be asked here.`);
  return false;
}

function refuse(response: ServerResponse, status: number, error: string): void {
  // Whatever is left of its body is not read.
  response.setHeader("connection", "close");
  answer(response, status, { error });
}

function answer(response: ServerResponse, status: number, body: LiveAnswer): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

/** @throws {UsageError} */
function checkListen(listen: string): void {
  const place = isAddress(listen) && isOfThisMachine(listen) ? socketOptions(listen) : undefined;
  if (place && !("path" in place)) return;
  throw new UsageError(
    "BadOption",
    `"${listen}" is no loopback HOST:PORT such as 127.0.0.1:0. The page is served to this machine alone: whoever reaches it can try to stop the services.`,
  );
}
