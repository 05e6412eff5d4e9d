// A test's way to a coordinator: services, starters, runners. Closing it ends all of them.
import { UsageError } from "../core/errors.js";
import type { HoldMode } from "../core/model.js";
import { type AdoptOptions, adoptedStarter } from "./adopted-starter.js";
import { Checkpoint, Together } from "./checkpoint.js";
import type { CoordinatorAddress, CoordinatorClient } from "./client.js";
import { agentEnvironment, type Environment } from "./environment.js";
import { checkOptions } from "./options.js";
import { type OrderEntry, Runner } from "./runner.js";
import { type RunnerOptions, runnerOptionNames } from "./runner-options.js";
import { type Service, type ServiceOptions, startService } from "./service.js";
import type { Starter } from "./starter.js";
import { checkName, type StarterFactory, starterFactory } from "./starter-factory.js";

/** A test's way to a coordinator: it starts services, makes starters and runners. Made by `openGateway`. */
export class Gateway {
  /** Where its coordinator is reached, and the token that it asks for. */
  readonly coordinator: CoordinatorAddress;
  /** The address of its interactive page, with the token behind #; `undefined` without `ui`. */
  readonly ui: string | undefined;
  /** Makes starters: `gateway.starter("alice", () => fetch(url))`. */
  readonly starter: StarterFactory;
  /** @internal Called with every runner that is made. */
  onRunner: (runner: Pick<Runner, "interleaving" | "close">) => void = () => {};
  readonly #client: CoordinatorClient;
  readonly #defaults: RunnerOptions;
  readonly #services = new Set<Service>();
  readonly #starting = new Set<Promise<Service>>();
  readonly #closing = Promise.withResolvers<never>();
  readonly #runners = new Set<Pick<Runner, "isClosed" | "close" | "abandon">>();
  readonly #closeCoordinator: () => Promise<void>;
  #closed: Promise<void> | undefined;

  /** @internal */
  constructor(
    client: CoordinatorClient,
    coordinator: CoordinatorAddress,
    defaults: RunnerOptions,
    closeCoordinator: () => Promise<void>,
    ui?: string,
  ) {
    this.#client = client;
    this.coordinator = coordinator;
    this.#defaults = defaults;
    this.ui = ui;
    this.#closeCoordinator = closeCoordinator;
    this.starter = starterFactory(this, coordinator);
    this.#closing.promise.catch(() => {});
    // What was held goes on by itself then, so nothing that it does would mean anything.
    client.onGone(() => {
      for (const runner of this.#runners) void runner.abandon();
      for (const service of this.#services) service.kill();
    });
  }

  /**
   * Starts a service under test with an agent in it and waits until it is ready. Its code needs no change.
   * Several services may bear one name: replicas.
   * @param command the file and its arguments; no shell is used
   * @throws {UsageError} BadOption, for a name, a command or options that make no sense; RunnerEnded after close()
   * @throws {EnvironmentError} ServiceNotReady or NoAgent, with the end of its output
   */
  async service(name: string, command: readonly string[], options: ServiceOptions): Promise<Service> {
    this.#checkOpen();
    checkName("service", name);
    const others = new Set([...this.#services].map(({ pid }) => pid));
    const { promise: closing } = this.#closing;
    const starting = startService(this.#client, this.coordinator, name, command, options, others, closing);
    this.#starting.add(starting);
    try {
      const service = await starting;
      this.#services.add(service);
      return service;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /**
   * An actor that no starter begins: the next flow of nobody whose first span matches, in a job worker, a timer, a
   * migration. It is listed and run like a starter; its flow is held at that span until its first turn, and ends with it.
   * Its result is `undefined`.
   * @param options which span begins it: one without a parent
   * @throws {UsageError} BadOption, BadPattern; RunnerEnded after close()
   */
  adopt<const Name extends string>(name: Name, options: AdoptOptions): Starter<Name, undefined> {
    this.#checkOpen();
    checkName("starter", name);
    return adoptedStarter(this, this.#client, name, options);
  }

  /**
   * The environment variables that put an agent into a process which something else starts.
   * @param base its NODE_OPTIONS are added to
   * @param options.hold how it stops an actor where a checkpoint says nothing: only its flow (default), or the whole thread
   * @throws {UsageError} BadOption for an empty name, another `hold`, or another option
   */
  environment(
    service: string,
    base: Environment = process.env,
    options: { readonly hold?: HoldMode } = {},
  ): Record<string, string> {
    checkName("service", service);
    checkOptions("gateway.environment()", options, ["hold"]);
    const { hold = "flow" } = options;
    return agentEnvironment(this.coordinator, { service, hold, spawned: false }, base);
  }

  /**
   * A runner for one run. Nothing starts before its first step.
   * @param starters everybody who acts in the run, in the sequence in which they run to their ends
   * @param order the checkpoints that must be reached, in this sequence
   * @throws {UsageError} UnknownStarter, DuplicateStarter, ForeignCheckpoint, BadOrder, BadOption; RunnerEnded after close()
   */
  runner<const Starters extends readonly Starter[]>(
    starters: Starters,
    order: readonly OrderEntry[],
    options: RunnerOptions = {},
  ): Runner<Starters> {
    this.#checkOpen();
    checkOptions("gateway.runner()", options, runnerOptionNames);
    this.#checkOwn(starters, order);
    const runner = new Runner(this.#client, starters, order, { ...this.#defaults, ...options });
    for (const earlier of this.#runners) if (earlier.isClosed) this.#runners.delete(earlier);
    this.#runners.add(runner);
    this.onRunner(runner);
    return runner;
  }

  /** Ends all runs, lets everything go, stops all services and the coordinator. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#closing.reject(new UsageError("RunnerEnded", "The gateway was closed while this service was starting."));
    await Promise.all([...this.#runners].map((runner) => runner.close()));
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#services].map((service) => service.stop()));
    this.#client.close();
    await this.#closeCoordinator();
  }

  #checkOpen(): void {
    if (this.#closed) throw new UsageError("RunnerEnded", "This gateway is closed. Open a new one with openGateway().");
  }

  #checkOwn(starters: readonly Starter[], order: readonly OrderEntry[]): void {
    for (const entry of order) {
      if (!(entry instanceof Checkpoint || entry instanceof Together)) {
        throw new UsageError(
          "BadOrder",
          `An order lists checkpoints, such as alice.after("pg.query:SELECT bank"); ${String(entry)} is none.`,
        );
      }
      for (const checkpoint of entry instanceof Together ? entry.checkpoints : [entry])
        this.#checkCheckpoint(checkpoint, starters);
    }
    const foreign = starters.find(({ owner }) => owner !== this);
    if (foreign)
      throw new UsageError(
        "ForeignCheckpoint",
        `The starter "${foreign.name}" belongs to another gateway. Make it with this one's gateway.starter().`,
      );
  }

  #checkCheckpoint(checkpoint: Checkpoint, starters: readonly Starter[]): void {
    const { starter } = checkpoint;
    if (starter.owner !== this) {
      throw new UsageError(
        "ForeignCheckpoint",
        `${String(checkpoint)} belongs to another gateway. Make its starter with this one's gateway.starter().`,
      );
    }
    if (!starters.some((it) => it === starter) && starters.some(({ name }) => name === starter.name)) {
      throw new UsageError(
        "UnknownStarter",
        `${String(checkpoint)} belongs to another starter of the same name "${starter.name}". List the very starter that made it.`,
      );
    }
  }
}
