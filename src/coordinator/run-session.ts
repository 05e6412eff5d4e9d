// The shell around one run: carries the core's outputs out, tells its events, keeps its clocks.
import { describePlace } from "../core/describe.js";
import { callsOf } from "../core/locks.js";
import type { Goal, Input, Output } from "../core/messages.js";
import type { AgentRef, Arrival } from "../core/model.js";
import { checkBegun, checkRequest } from "../core/requests.js";
import { newRun, type Run } from "../core/run.js";
import { advance } from "../core/turns.js";
import { shortagesOf } from "../wire/shortages.js";
import type { Answers } from "./agents.js";
import { Clocks } from "./clocks.js";
import { LockWatch } from "./lock-watch.js";
import { type Answer, closedMeanwhile, type RunContext, type RunDefinition } from "./run-context.js";
import { RunNews } from "./run-news.js";
import type { Standing } from "./watchers.js";

/** How long a busy agent may take to answer before a diagnosis goes on without it, in milliseconds. */
const diagnosisLimitMs = 500;

export class RunSession {
  readonly id: string;
  readonly #run: Run;
  readonly #context: RunContext;
  readonly #clocks: Clocks;
  readonly #watch: LockWatch;
  readonly #news: RunNews;
  /** Those of its holds that stop threads: asked at every end, of all runs, so they are not searched among all holds. */
  readonly #threadHolds = new Set<Arrival>();
  #syncs = 0;
  #request: ((answer: Answer) => void) | undefined;

  constructor(id: string, { starters, adopted, order, limits }: RunDefinition, context: RunContext) {
    this.id = id;
    this.#run = newRun(starters, order, adopted, context.locks.isOn);
    this.#context = context;
    this.#news = new RunNews(id, context);
    this.#clocks = new Clocks(
      limits,
      () => this.put({ type: "expired" }),
      () => this.put({ type: "stalled" }),
    );
    this.#watch = new LockWatch({
      calls: () => [...this.#run.actors.values()].flatMap(callsOf),
      ask: (calls) => context.locks.ask(id, calls),
      moves: () => this.#run.moves,
      onWaits: (waits, isAsked, asOf) => this.put({ type: "probed", waits, isAsked, asOf }),
      onError: (error) => this.put({ type: "unprobed", message: error.message }),
    });
  }

  get holds(): readonly Arrival[] {
    return [...this.#run.actors.values()].flatMap(({ holds }) => [...holds.values()]);
  }

  get standing(): readonly Standing[] {
    return this.holds.map((arrival) => this.#news.standing(arrival));
  }

  /** The threads that it stops: whose hold it is, and where. */
  get frozen(): readonly { readonly at: AgentRef; readonly by: string; readonly place: string }[] {
    return [...this.#threadHolds].map(({ agent, actor, phase, span }) => ({
      at: agent,
      by: actor,
      place: describePlace(phase, span),
    }));
  }

  /** True when the actor stands nowhere and no span of it is open. */
  isQuiet(actor: string): boolean {
    const state = this.#run.actors.get(actor);
    return state === undefined || (state.holds.size === 0 && state.open.size === 0);
  }

  nextSequence(): number {
    return this.#news.nextSequence();
  }

  sinceOpenedMs(): number {
    return this.#news.sinceOpenedMs();
  }

  /** By a checkpoint's index: its step. */
  get stepOf(): readonly number[] {
    return this.#run.stepOf;
  }

  /** @throws {UsageError} when the run is over, busy, or past the checkpoint. */
  check(goal: Goal): void {
    checkRequest(this.#run, goal);
  }

  /** @throws {UsageError} as `check` does */
  request(goal: Goal): Promise<Answer> {
    this.check(goal);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#request = resolve;
    this.put({ type: "requested", goal });
    return promise;
  }

  /** @throws {UsageError} UnknownStarter, or NeverBegan. What has ended before stays as it was. */
  endStarter(actor: string, error: string | undefined, called: readonly string[]): void {
    this.checkBegun(actor, "EndStarter");
    this.put({ type: "ended", actor, error, called });
  }

  /** @throws {UsageError} UnknownStarter, or NeverBegan for one whose `begin` has not been told */
  checkBegun(actor: string, call: string): void {
    checkBegun(this.#run, actor, call);
  }

  put(input: Input): void {
    if (input.type === "arrived" && input.arrival.mode === "thread")
      this.#context.agents.noteFrozen(input.arrival.agent.instance);
    for (const output of advance(this.#run, input)) this.#carryOut(output);
    this.#watch.look();
  }

  /** Lets everything go. */
  close(): void {
    this.put({ type: "closed" });
    this.#stopClocks();
    this.#answer(closedMeanwhile);
    this.#context.closed();
  }

  #carryOut(output: Output): void {
    switch (output.type) {
      case "begin":
        this.#news.tell(output);
        this.#context.flush();
        break;
      case "blocked":
      case "freed":
      case "stalled":
      case "drained":
      case "ended":
      case "reached":
      case "passed":
        this.#news.tell(output);
        break;
      case "held":
        if (output.arrival.mode === "thread") this.#threadHolds.add(output.arrival);
        this.#news.tell(output);
        break;
      case "withdrawn":
        this.#threadHolds.delete(output.arrival);
        this.#news.tell(output);
        break;
      case "release":
        this.#threadHolds.delete(output.arrival);
        this.#context.agents.release(output.arrival.agent.instance, [output.arrival.id]);
        this.#context.released(output.arrival);
        this.#news.tell(output);
        break;
      case "turn":
        this.#clocks.startTurn(output.stalls);
        if (this.#context.locks.isOn) this.#watch.start();
        break;
      case "probe":
        this.#watch.askNow();
        break;
      case "progress":
        this.#clocks.noteProgress();
        break;
      case "sync":
        this.#sync();
        break;
      case "answer":
        this.#stopClocks();
        this.#context.flush();
        this.#answer({ type: "reached", reached: output.reached, sequence: this.#news.sequence });
        break;
      case "failed":
        this.#stopClocks();
        this.#news.tell(output);
        this.#context.flush();
        this.#answer({ type: "failed", failure: output.failure });
        break;
    }
  }

  #stopClocks(): void {
    this.#clocks.stop();
    this.#watch.stop();
  }

  #sync(): void {
    this.#syncs += 1;
    const number = this.#syncs;
    void this.#askAgents().then(({ silent, shortages: told }) => {
      const { agents, frozen } = this.#context;
      // A later question has made this one's answer stale.
      if (number === this.#syncs)
        this.put({
          type: "synced",
          surroundings: { agents: agents.all, frozen: frozen(), silent, shortages: shortagesOf(this.id, told) },
        });
    });
  }

  async #askAgents(): Promise<Answers> {
    const { agents, stopped, lastWords } = this.#context;
    if (this.#run.awaiting === "end") return { silent: await lastWords(), shortages: [] };
    return await agents.sync(stopped(), this.#run.awaiting === "conclusion" ? 0 : diagnosisLimitMs);
  }

  #answer(answer: Answer): void {
    const request = this.#request;
    this.#request = undefined;
    request?.(answer);
  }
}
