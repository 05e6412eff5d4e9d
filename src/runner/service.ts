// Services under test: spawned with an agent, awaited until ready, ended with the gateway.
import { connect } from "node:net";
import { EnvironmentError, UsageError } from "../core/errors.js";
import { Child } from "./child.js";
import type { CoordinatorAddress, CoordinatorClient } from "./client.js";
import { agentEnvironment, type Environment } from "./environment.js";

/**
 * How a service tells that it takes requests: a text in its output, a TCP port of this machine that accepts
 * connections, or a URL that answers with a status below 500.
 */
export type Readiness = RegExp | { readonly port: number } | { readonly http: string };

export interface ServiceOptions {
  /** The first group of a regular expression, if it is a number, is the service's `port`. */
  readonly ready: Readiness;
  /** The working directory; the test's own by default. */
  readonly cwd?: string;
  /** Variables beside the test's own; `undefined` takes one away. */
  readonly env?: Environment;
  /** How long it may take to become ready, in milliseconds; 30,000 by default. */
  readonly readyTimeoutMs?: number;
  /** How long it may take to end after SIGTERM before SIGKILL, in milliseconds; 2,000 by default. */
  readonly stopTimeoutMs?: number;
}

/** A running service. */
export class Service {
  readonly name: string;
  /** Where it listens on this machine, if its readiness told. */
  readonly port: number | undefined;
  readonly #child: Child;
  readonly #stopTimeoutMs: number;

  /** @internal */
  constructor(name: string, child: Child, port: number | undefined, stopTimeoutMs: number) {
    this.name = name;
    this.port = port;
    this.#child = child;
    this.#stopTimeoutMs = stopTimeoutMs;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** `http://127.0.0.1:PORT`. @throws {UsageError} when its readiness told no port */
  get url(): string {
    if (this.port === undefined) {
      throw new UsageError(
        "BadOption",
        `The port of "${this.name}" is not known. Let its ready expression capture it: { ready: /listening on (\\d+)/ }.`,
      );
    }
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has written so far, both outputs; the last mebibyte. */
  get logs(): string {
    return this.#child.output;
  }

  /** Sends a signal to it and its children. */
  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#child.signal(signal);
  }

  /** Ends it: SIGTERM, then SIGKILL. Resolves when it is gone. */
  async stop(): Promise<void> {
    await this.#child.stop(this.#stopTimeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** @throws {EnvironmentError} ServiceNotReady or NoAgent, with the service's output */
export async function startService(
  client: CoordinatorClient,
  coordinator: CoordinatorAddress,
  name: string,
  command: readonly string[],
  options: ServiceOptions,
): Promise<Service> {
  const { ready, cwd, env = {}, readyTimeoutMs = 30_000, stopTimeoutMs = 2_000 } = options ?? {};
  // A service serves every actor: one that the test's own environment names is none of its business.
  await checkOptions(name, command, ready);
  const base = { ...process.env, TRACEPARENT: undefined, BAGGAGE: undefined, ...env };
  const child = new Child(command, { cwd, env: { ...base, ...agentEnvironment(coordinator, name, true, base) } });
  try {
    const port = await whenReady(name, child, ready, readyTimeoutMs);
    const agents = await client.listAgents();
    if (!agents.some(({ service }) => service === name)) {
      throw new EnvironmentError(
        "NoAgent",
        `The service "${name}" is ready, but no agent has attached in it. Is it a Node process, and does it keep NODE_OPTIONS? ${tellOutput(child)}`,
      );
    }
    return new Service(name, child, port, stopTimeoutMs);
  } catch (error) {
    await child.stop(stopTimeoutMs);
    throw error;
  }
}

async function checkOptions(name: string, command: readonly string[], ready: Readiness | undefined): Promise<void> {
  if (!Array.isArray(command) || command.length === 0) {
    throw new UsageError(
      "BadOption",
      `The command of "${name}" must be a list of words, such as ["node", "server.js"].`,
    );
  }
  if (!(ready instanceof RegExp || (ready && ("port" in ready || "http" in ready)))) {
    throw new UsageError(
      "BadOption",
      `The service "${name}" needs to tell when it is ready: { ready: /listening on (\\d+)/ }, { ready: { port } } or { ready: { http: url } }.`,
    );
  }
  const isTaken =
    ready instanceof RegExp ? false : "port" in ready ? await accepts(ready.port) : await answers(ready.http);
  if (isTaken) {
    throw new EnvironmentError(
      "ServiceNotReady",
      `The service "${name}" was not started: somebody else answers already, where it would have to be ready (${describePlace(ready)}).`,
    );
  }
}

function describePlace(ready: Readiness): string {
  if (ready instanceof RegExp) return String(ready);
  return "port" in ready ? `port ${ready.port}` : ready.http;
}

async function whenReady(name: string, child: Child, ready: Readiness, timeoutMs: number): Promise<number | undefined> {
  const abort = new AbortController();
  const notReady = (reason: string, cause?: unknown) =>
    new EnvironmentError("ServiceNotReady", `The service "${name}" ${reason}. ${tellOutput(child)}`, { cause });
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(notReady(`was not ready within ${timeoutMs} ms (${describeReadiness(ready)})`)),
    timeoutMs,
  );
  const exit = child.exit.then(
    ({ exitCode, signal }): never => {
      throw notReady(`ended before it was ready, with ${signal ?? `exit code ${exitCode}`}`);
    },
    (error: unknown): never => {
      throw notReady(`could not be started: ${error instanceof Error ? error.message : String(error)}`, error);
    },
  );
  try {
    return await Promise.race([readiness(child, ready, abort.signal), exit, timeout]);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

async function readiness(child: Child, ready: Readiness, signal: AbortSignal): Promise<number | undefined> {
  if (ready instanceof RegExp) return await outputMatches(child, ready, signal);
  if ("port" in ready) {
    await untilTrue(() => accepts(ready.port), signal);
    return ready.port;
  }
  await untilTrue(() => answers(ready.http), signal);
  return Number(new URL(ready.http).port) || undefined;
}

function outputMatches(child: Child, expression: RegExp, signal: AbortSignal): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const look = () => {
    const match = new RegExp(expression.source, expression.flags.replace(/[gy]/g, "")).exec(child.output);
    if (match) resolve(/^\d+$/.test(match[1] ?? "") ? Number(match[1]) : undefined);
  };
  const stopLooking = child.onOutput(look);
  signal.addEventListener("abort", stopLooking);
  look();
  return promise;
}

// Only asking tells whether a port or URL answers; the pause between two questions bounds their number.
async function untilTrue(ask: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await ask())) {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 20);
    await promise;
  }
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

function describeReadiness(ready: Readiness): string {
  if (ready instanceof RegExp) return `its output did not match ${String(ready)}`;
  return "port" in ready ? `port ${ready.port} accepts no connection` : `${ready.http} does not answer`;
}

function tellOutput(child: Child): string {
  const tail = child.output.trimEnd().split("\n").slice(-30).join("\n  ");
  return tail === "" ? "It has written nothing." : `Its output ends with:\n  ${tail}`;
}
