// When a service takes requests, and how that is found out.
import { connect } from "node:net";
import { EnvironmentError, UsageError } from "../core/errors.js";
import { pause, waitAtMost } from "../waiting.js";
import { matchLimitMs, matchWithin } from "./bounded-match.js";
import type { Child } from "./child.js";

/**
 * How a service tells that it takes requests: a text in its output, a TCP port of this machine that accepts
 * connections, or a URL that answers with a status below 500.
 */
export type Readiness = RegExp | { readonly port: number } | { readonly http: string };

/**
 * To be asked before the service is started.
 * @throws {UsageError} BadOption where nothing is told
 * @throws {EnvironmentError} ServiceNotReady where somebody else answers already
 */
export async function checkReadiness(name: string, ready: Readiness | undefined): Promise<void> {
  if (typeof ready !== "object" || !(ready instanceof RegExp || "port" in ready || "http" in ready)) {
    throw new UsageError(
      "BadOption",
      `The service "${name}" needs to tell when it is ready: { ready: /listening on (\\d+)/ }, { ready: { port } } or { ready: { http: url } }.`,
    );
  }
  if (ready instanceof RegExp) return;
  if ("port" in ready ? await accepts(ready.port) : await answers(ready.http)) {
    throw new EnvironmentError(
      "ServiceNotReady",
      `The service "${name}" was not started: somebody else answers already, where it would have to be ready (${"port" in ready ? `port ${ready.port}` : ready.http}).`,
    );
  }
}

/**
 * Resolves with the port that the readiness told, if it did.
 * @throws {EnvironmentError} ServiceNotReady, with the end of the output
 */
export async function whenReady(
  name: string,
  child: Child,
  ready: Readiness,
  timeoutMs: number,
): Promise<number | undefined> {
  const abort = new AbortController();
  const notReady = (reason: string, cause?: unknown) =>
    new EnvironmentError("ServiceNotReady", `The service "${name}" ${reason}. ${child.describeOutput()}`, { cause });
  const exit = child.exit.then(
    ({ exitCode, signal }): never => {
      throw notReady(`ended before it was ready, with ${signal ?? `exit code ${exitCode}`}`);
    },
    (error: unknown): never => {
      throw notReady(`could not be started: ${error instanceof Error ? error.message : String(error)}`, error);
    },
  );
  try {
    const port = await waitAtMost(timeoutMs, Promise.race([readiness(child, ready, abort.signal), exit]));
    if (port === "endless")
      throw notReady(
        `may be ready or not: ${String(ready)} takes more than ${matchLimitMs} ms on its output. Write the expression without repetitions in repetitions, such as (a+)+`,
      );
    // Thrown here, so that its stack leads to the test.
    if (port === "late") throw notReady(`was not ready within ${timeoutMs} ms (${describeReadiness(ready)})`);
    return port;
  } finally {
    abort.abort();
  }
}

async function readiness(child: Child, ready: Readiness, signal: AbortSignal): Promise<number | "endless" | undefined> {
  if (ready instanceof RegExp) return await outputMatches(child, ready, signal);
  if ("port" in ready) {
    await untilTrue(() => accepts(ready.port), signal);
    return ready.port;
  }
  await untilTrue(() => answers(ready.http), signal);
  return Number(new URL(ready.http).port) || undefined;
}

function outputMatches(
  child: Child,
  { source, flags }: RegExp,
  signal: AbortSignal,
): Promise<number | "endless" | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | "endless" | undefined>();
  const expression = new RegExp(source, flags.replace(/[gy]/g, ""));
  const look = () => {
    const match = matchWithin(expression, child.output);
    if (match === "late") {
      // Each further piece of output would stop this process as long again.
      stopLooking();
      resolve("endless");
    } else if (match) resolve(/^\d+$/.test(match[1] ?? "") ? Number(match[1]) : undefined);
  };
  const stopLooking = child.onOutput(look);
  signal.addEventListener("abort", stopLooking);
  look();
  return promise;
}

// Only asking tells whether a port or URL answers; the pause between two questions bounds their number.
async function untilTrue(ask: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await ask())) await pause(20);
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
  return "port" in ready
    ? `port ${ready.port} accepts no connection`
    : `${ready.http} does not answer with a status below 500`;
}
