// A runner: owns one run. It begins the starters when the coordinator says so, and asks it for steps.
import { errorOf, RaceError, SpangateError, UsageError } from "../core/errors.js";
import type { Checkpoint as CoreCheckpoint, Reached as CoreReached, Step } from "../core/model.js";
import { findMistake } from "../core/order.js";
import { Interleaving } from "../report/interleaving.js";
import { adoptionsToWire, orderToWire, reachedFromWire } from "../wire/runs.js";
import { type Checkpoint, Together } from "./checkpoint.js";
import type { CoordinatorClient, StepAnswer } from "./client.js";
import { withLeftCalls } from "./left-calls.js";
import { Performances } from "./performances.js";
import { type Reached, toReached } from "./reached.js";
import { RunStream } from "./run-stream.js";
import { completeRunnerOptions, type RunnerOptions } from "./runner-options.js";
import type { Starter } from "./starter.js";
import { StepCall } from "./step-call.js";

/** One entry of an order. */
export type OrderEntry = Checkpoint | Together;

/** The starters' results by name. */
export type Results<Starters extends readonly Starter[]> = {
  [S in Starters[number] as S["name"]]: S extends Starter<string, infer Result> ? Result : never;
};

/** The starters' ends by name: a value or an error each. */
export type Outcomes<Starters extends readonly Starter[]> = {
  [Name in keyof Results<Starters>]: PromiseSettledResult<Results<Starters>[Name]>;
};

/** How long a run's end waits for the starters' functions, in milliseconds. */
const closingPatienceMs = 1_000;

/** Owns one run. Leaving its scope (`await using`) lets go all that it holds and ends its processes. */
export class Runner<Starters extends readonly Starter[] = readonly Starter[]> implements AsyncIterable<Reached> {
  readonly #client: CoordinatorClient;
  readonly #order: readonly (readonly Checkpoint[])[];
  readonly #steps: readonly Step[];
  readonly #checkpoints: readonly CoreCheckpoint[];
  readonly #options: Required<RunnerOptions>;
  readonly #performances: Performances;
  #run: Promise<{ readonly id: string; readonly stream: RunStream }> | undefined;
  #stream: RunStream | undefined;
  /** The last step. */
  #call: StepCall | undefined;
  #position = 0;
  #state: "ready" | "busy" | "ended" | "failed" | "closed" = "ready";

  /** @internal @throws {UsageError} for an order that makes no sense */
  constructor(client: CoordinatorClient, starters: Starters, order: readonly OrderEntry[], options: RunnerOptions) {
    this.#client = client;
    this.#order = order.map((entry) => (entry instanceof Together ? entry.checkpoints : [entry]));
    let index = 0;
    this.#steps = this.#order.map((step) => step.map((checkpoint) => checkpoint.toCore(index++)));
    this.#checkpoints = this.#steps.flat();
    this.#options = completeRunnerOptions(options);
    this.#performances = new Performances(starters);
    const mistake = findMistake(
      starters.map(({ name }) => name),
      this.#steps,
      this.#performances.adopted,
    );
    if (mistake) throw errorOf(mistake.code, mistake.message);
  }

  /** What happened so far. */
  get interleaving(): Interleaving {
    const { entries = [], openedAtMs } = this.#stream ?? {};
    return new Interleaving({ actors: this.#performances.recorded, order: this.#steps, openedAtMs, entries });
  }

  /**
   * Gives turns until the next checkpoint of the order is reached, and returns it; everything stands still then.
   * After the last one it lets the remaining actors run to their ends and returns `undefined`.
   * @throws {RaceError | EnvironmentError} when the step cannot complete; the code says why. Everything is let go then.
   * @throws {UsageError} RunnerBusy, RunnerEnded
   */
  async next(): Promise<Reached | undefined> {
    return await this.#step(new StepCall("next"), (id) => this.#client.next(id));
  }

  /**
   * Goes through the order, without a stop, until this checkpoint is reached.
   * @throws as {@link next}; UsageError when the checkpoint is not ahead in the order
   */
  async skipTo(checkpoint: Checkpoint): Promise<Reached> {
    const position = this.#order.findIndex((step, at) => at >= this.#position && step.includes(checkpoint));
    const step = this.#steps[position];
    const index = step?.[this.#order[position]?.indexOf(checkpoint) ?? 0]?.index;
    if (index === undefined) {
      throw new UsageError(
        "BadOrder",
        `skipTo: ${String(checkpoint)} is not ahead in this runner's order. Pass the very object that the order lists.`,
      );
    }
    const reached = await this.#step(new StepCall("skipTo"), (id) => this.#client.skipTo(id, index));
    if (!reached) throw new SpangateError("Internal", "skipTo was answered without a checkpoint.");
    return reached;
  }

  /**
   * Runs the rest of the order, then every actor to its end.
   * @returns the starters' results by name
   * @throws {RaceError} StarterFailed when a starter's function threw: its error is the `cause`. See {@link settle}.
   * @throws as {@link next}
   */
  async finish(): Promise<Results<Starters>> {
    const outcomes = await this.#end(new StepCall("finish"));
    const entries = Object.entries<PromiseSettledResult<unknown>>(outcomes);
    for (const [name, outcome] of entries) {
      if (outcome.status === "rejected") {
        throw new RaceError(
          "StarterFailed",
          `The starter "${name}" threw: ${String(outcome.reason)}\n  The order was kept. If the error is expected, read it from runner.settle().`,
          { cause: outcome.reason },
        );
      }
    }
    return Object.fromEntries(
      entries.map(([name, outcome]) => [name, outcome.status === "fulfilled" ? outcome.value : undefined]),
    ) as Results<Starters>;
  }

  /**
   * As {@link finish}, for starters that may throw: returns how each ended, value or error, by name.
   * @throws as {@link next}
   */
  async settle(): Promise<Outcomes<Starters>> {
    return await this.#end(new StepCall("settle"));
  }

  /**
   * Lets go all that the run holds, ends the starters' processes, and waits up to a second for their functions, which
   * go on by themselves. May be called at any time, and twice.
   */
  async close(): Promise<void> {
    this.#state = "closed";
    await this.#endRun();
    await this.#performances.stop(closingPatienceMs);
  }

  /** @internal The coordinator is gone: ends the processes. The next step tells it. */
  async abandon(): Promise<void> {
    await this.#performances.stop(0);
  }

  /** @internal True when there is nothing left to close. */
  get isClosed(): boolean {
    return (
      this.#state === "closed" ||
      ((this.#state === "ended" || this.#state === "failed") && this.#performances.haveEnded)
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Every checkpoint of the order as it is reached; then all actors run to their ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Reached, void, undefined> {
    for (let reached = await this.next(); reached; reached = await this.next()) yield reached;
  }

  async #end(call: StepCall): Promise<Outcomes<Starters>> {
    if (this.#state !== "ended") await this.#step(call, (id) => this.#client.finish(id));
    return (await this.#performances.outcomes()) as Outcomes<Starters>;
  }

  async #step(call: StepCall, ask: (runId: string) => Promise<StepAnswer>): Promise<Reached | undefined> {
    this.#checkState();
    this.#state = "busy";
    this.#call = call;
    try {
      this.#run ??= this.#open();
      const { id, stream } = await this.#run;
      const { reached, sequence } = await ask(id);
      await stream.reach(sequence);
      const outcomes = reached.flatMap((it) => reachedFromWire(it, this.#checkpoints));
      this.#position = this.#positionAfter(outcomes);
      this.#setState(outcomes.length === 0 ? "ended" : "ready");
      if (outcomes.length === 0) await this.#endRun();
      return toReached(outcomes, this.#order.flat());
    } catch (error) {
      this.#setState("failed");
      await this.#endRun();
      throw this.#errorOf(call, error);
    }
  }

  // A crashed starter's own error, with its own stack, is the cause.
  #errorOf(call: StepCall, error: unknown): unknown {
    if (!(error instanceof SpangateError)) return error;
    if (this.#state === "closed" && error.code === "RunnerEnded") return call.blame(call.dropped());
    // The run has ended with its stream: what broke that is told, not what came of it.
    const broken = error.code === "RunnerEnded" ? this.#stream?.broken : undefined;
    const told = broken instanceof SpangateError ? broken : error;
    const { code, actor } = told;
    const message = withLeftCalls(told, this.#performances.actors(actor));
    const cause = actor === undefined ? undefined : this.#performances.thrownBy(actor);
    return call.blame(
      errorOf(code, message, { ...(actor !== undefined && { actor }), ...(cause !== undefined && { cause }) }),
    );
  }

  #setState(state: "ready" | "ended" | "failed"): void {
    if (this.#state !== "closed") this.#state = state;
  }

  #checkState(): void {
    if (this.#state === "busy" && this.#call) throw this.#call.busy();
    if (this.#state !== "ready")
      throw new UsageError(
        "RunnerEnded",
        "This runner has ended. Make a new one with gateway.runner() for another run.",
      );
  }

  #positionAfter(outcomes: readonly CoreReached[]): number {
    const last = outcomes[0]?.checkpoint.index;
    return last === undefined
      ? this.#steps.length
      : this.#steps.findIndex((step) => step.some(({ index }) => index === last)) + 1;
  }

  async #open(): Promise<{ readonly id: string; readonly stream: RunStream }> {
    const request = {
      starters: [...this.#performances.names],
      adoptions: adoptionsToWire(this.#performances.adopted),
      order: orderToWire(this.#steps),
      ...this.#options,
      recordAttributes: [...this.#options.recordAttributes],
    };
    const stream = new RunStream((listener) => this.#client.open(request, listener), this.#checkpoints, {
      onBegin: (actor) => this.#performances.begin(actor, (name, error, called) => this.#tellEnd(name, error, called)),
      errorOf: (error) => this.#client.errorOf(error),
    });
    this.#stream = stream;
    const { runId, identities } = await stream.opened;
    this.#performances.identify(runId, identities);
    return { id: runId, stream };
  }

  // The agents forget the run's rules, and its stream ends.
  async #endRun(): Promise<void> {
    const run = await this.#run?.catch(() => undefined);
    if (run) await this.#client.closeRun(run.id).catch(() => {});
    this.#stream?.cancel();
  }

  async #tellEnd(name: string, error: string, called: readonly string[]): Promise<void> {
    const run = await this.#run;
    // A run that is over needs no news.
    await this.#client.endStarter(run?.id ?? "", name, error, called).catch(() => {});
  }
}
