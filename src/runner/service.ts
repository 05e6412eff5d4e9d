// Services under test: spawned with an agent, awaited until ready, ended with the gateway.
import { EnvironmentError, UsageError } from "../core/errors.js";
import type { HoldMode } from "../core/model.js";
import { Child } from "./child.js";
import type { CoordinatorAddress, CoordinatorClient } from "./client.js";
import { agentEnvironment, type Environment } from "./environment.js";
import { checkLimits, checkOptions } from "./options.js";
import { checkReadiness, type Readiness, whenReady } from "./readiness.js";

/** How a service is started, and how it holds. */
export interface ServiceOptions {
  /** When it takes requests. The first group of a regular expression, if it is a number, is the service's `port`. */
  readonly ready: Readiness;
  /** The working directory; the test's own by default. */
  readonly cwd?: string;
  /** Variables beside the test's own; `undefined` takes one away. */
  readonly env?: Environment;
  /** How it stops an actor where a checkpoint says nothing: only its flow (default), or the whole thread. */
  readonly hold?: HoldMode;
  /** How long it may take to become ready, in milliseconds; 30,000 by default. */
  readonly readyTimeoutMs?: number;
  /** How long it may take to end after SIGTERM before SIGKILL, in milliseconds; 2,000 by default. */
  readonly stopTimeoutMs?: number;
}

const serviceOptions: readonly (keyof ServiceOptions)[] = [
  "ready",
  "cwd",
  "env",
  "hold",
  "readyTimeoutMs",
  "stopTimeoutMs",
];

/** A running service. */
export class Service {
  /** The service's name, as checkpoints ask for it. */
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

  /** The id of the process that the command began. */
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

/**
 * @param otherPids services that run already: their agents are not this one's, even where they bear its name
 * @param closed rejects when the service is not wanted any more
 * @throws {EnvironmentError} ServiceNotReady or NoAgent, with the service's output
 */
export async function startService(
  client: CoordinatorClient,
  coordinator: CoordinatorAddress,
  name: string,
  command: readonly string[],
  options: ServiceOptions,
  otherPids: ReadonlySet<number>,
  closed: Promise<never>,
): Promise<Service> {
  checkOptions("gateway.service()", options, serviceOptions);
  const { ready, cwd, env = {}, hold = "flow", readyTimeoutMs = 30_000, stopTimeoutMs = 2_000 } = options;
  if (!Array.isArray(command) || command.length === 0) {
    throw new UsageError(
      "BadOption",
      `The command of "${name}" must be a list of words, such as ["node", "server.js"].`,
    );
  }
  checkLimits({ readyTimeoutMs, stopTimeoutMs });
  await checkReadiness(name, ready);
  // A service serves every actor: one that the test's own environment names is none of its business.
  const base = { ...process.env, TRACEPARENT: undefined, BAGGAGE: undefined, ...env };
  const agent = agentEnvironment(coordinator, { service: name, hold, spawned: true }, base);
  const child = new Child(command, { cwd, env: { ...base, ...agent } });
  try {
    const port = await Promise.race([whenReady(name, child, ready, readyTimeoutMs), closed]);
    const agents = await client.listAgents();
    if (!agents.some(({ service, pid }) => service === name && !otherPids.has(pid))) {
      throw new EnvironmentError(
        "NoAgent",
        `The service "${name}" is ready, but no agent has attached in it. Is it a Node process, and does it keep NODE_OPTIONS? ${child.describeOutput()}`,
      );
    }
    return new Service(name, child, port, stopTimeoutMs);
  } catch (error) {
    await child.stop(stopTimeoutMs);
    throw error;
  }
}
