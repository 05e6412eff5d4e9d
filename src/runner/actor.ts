// The identity that a starter's function carries, and how its outgoing calls come to carry it too.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { hereAgent } from "../wire/here.js";

/** The flow that a starter began, as its function sees it. */
export class Actor {
  /** The starter's name. */
  readonly name: string;
  /** The HTTP headers that carry the identity: `traceparent` and `baggage`. For clients other than fetch, undici and node:http. */
  readonly headers: Readonly<Record<"traceparent" | "baggage", string>>;
  /** @internal */
  readonly runId: string;
  readonly #called = new Set<string>();
  /** The calls that have no answer yet, by their requests; what its function left so stays. */
  readonly #open = new Map<object, string>();
  #hasEnded = false;

  /** @internal */
  constructor(name: string, runId: string, { traceparent, baggage }: { traceparent: string; baggage: string }) {
    this.name = name;
    this.runId = runId;
    this.headers = { traceparent, baggage };
  }

  /** The identity as environment variables of a process. */
  get environment(): Readonly<Record<"TRACEPARENT" | "BAGGAGE", string>> {
    return { TRACEPARENT: this.headers.traceparent, BAGGAGE: this.headers.baggage };
  }

  /** @internal host:port of what it called, for diagnosis. */
  get called(): readonly string[] {
    return [...this.#called];
  }

  /** @internal host:port of the calls that its function left without an answer when it ended, or made later. */
  get leftOpen(): readonly string[] {
    return this.#hasEnded ? [...new Set(this.#open.values())] : [];
  }

  /** @internal */
  noteCall(request: object, peer: string): void {
    if (this.#called.size < callsLimit) this.#called.add(peer);
    if (this.#open.size >= callsLimit) return;
    this.#open.set(request, peer);
    callers.set(request, this);
  }

  /** @internal */
  noteAnswer(request: object): void {
    if (!this.#hasEnded) this.#open.delete(request);
  }

  /** @internal Its function has ended. */
  noteEnd(): void {
    this.#hasEnded = true;
  }
}

const callsLimit = 20;
const current = new AsyncLocalStorage<Actor>();
/** Who made a request: its answer comes in nobody's context. */
const callers = new WeakMap<object, Actor>();
let watching = false;
/** The channels that tell the end of a call: its response has come, or never will. */
const answers = [
  "undici:request:headers",
  "undici:request:error",
  "http.client.response.finish",
  "http.client.request.error",
];

/**
 * Runs a function whose outgoing fetch, undici and node:http calls carry the actor. Its spans belong to the actor too
 * where this process has an agent.
 */
export function runAs<T>(actor: Actor, action: () => T): T {
  watchOutgoingCalls();
  const here = hereAgent();
  return current.run(actor, here ? () => here.runAs(actor.headers, action) : action);
}

// Once a process, for good: without a current actor the handlers do nothing.
function watchOutgoingCalls(): void {
  if (watching) return;
  watching = true;
  subscribe("undici:request:create", (message) => {
    const actor = current.getStore();
    if (actor) markUndici((message as { request: UndiciRequest }).request, actor);
  });
  subscribe("http.client.request.created", (message) => {
    const actor = current.getStore();
    if (actor) markHttp((message as { request: ClientRequest }).request, actor);
  });
  for (const answered of answers) {
    subscribe(answered, (message) => {
      const { request } = message as { request: object };
      callers.get(request)?.noteAnswer(request);
    });
  }
}

/** What undici tells of a request on its channel. */
interface UndiciRequest {
  readonly origin: string | URL;
  /** Name, value, name, value … in undici 6 and later; one text before. */
  headers: readonly unknown[] | string;
  addHeader(name: string, value: string): void;
}

function markUndici(request: UndiciRequest, actor: Actor): void {
  const { host } = new URL(request.origin);
  actor.noteCall(request, host);
  if (Array.isArray(request.headers) && request.headers.some(isIdentity)) return;
  const own = takeOwnBaggage(request);
  request.addHeader("traceparent", actor.headers.traceparent);
  request.addHeader("baggage", own ? `${own},${actor.headers.baggage}` : actor.headers.baggage);
}

// The agent of this process has put it there, and knows better who calls: it saw the calls between.
function isIdentity(baggage: unknown): boolean {
  return hereAgent() !== undefined && typeof baggage === "string" && baggage.includes("spangate.run=");
}

// What the test's own telemetry has put there gives way, but its baggage is kept.
function takeOwnBaggage(request: UndiciRequest): string {
  if (!Array.isArray(request.headers)) return "";
  const kept: unknown[] = [];
  let baggage = "";
  for (let at = 0; at < request.headers.length; at += 2) {
    const name = String(request.headers[at]).toLowerCase();
    if (name === "baggage") baggage = String(request.headers[at + 1]);
    else if (name !== "traceparent" && name !== "tracestate") kept.push(request.headers[at], request.headers[at + 1]);
  }
  request.headers = kept;
  return baggage;
}

function markHttp(request: ClientRequest, actor: Actor): void {
  actor.noteCall(request, String(request.getHeader("host") ?? request.host));
  // Headers given as a raw array are written at once; those requests have to carry actor.headers themselves.
  if (request.headersSent) return;
  const own = request.getHeader("baggage");
  if (isIdentity(own)) return;
  request.setHeader("traceparent", actor.headers.traceparent);
  request.removeHeader("tracestate");
  request.setHeader("baggage", own ? `${String(own)},${actor.headers.baggage}` : actor.headers.baggage);
}
