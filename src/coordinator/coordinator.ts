// The truth of all runs: which agents are attached, which runs are open, which actor is whose.
import { randomBytes } from "node:crypto";
import type { Departure } from "../core/departure.js";
import type { DiscoveryRequest } from "../core/discovery.js";
import { errorOf } from "../core/errors.js";
import { coordinatorLimits, defaultLimits } from "../core/limits.js";
import type { LockProbe } from "../core/lock-probe.js";
import type { Input } from "../core/messages.js";
import type { AgentRef, Arrival, PassedSpan } from "../core/model.js";
import { findMistake } from "../core/order.js";
import type { FrozenThread } from "../core/surroundings.js";
import { wallClock } from "../real-time.js";
import type { ToldShortage } from "../wire/shortages.js";
import { Adoption, type Claim } from "./adoption.js";
import { type Agent, Agents } from "./agents.js";
import { type Discoverer, Discoveries } from "./discoveries.js";
import { type Identity, newIdentity } from "./identity.js";
import { LastWords } from "./last-words.js";
import { Locks } from "./locks.js";
import { type Known, OpenRuns, rulesOf } from "./open-runs.js";
import type { RunContext, RunDefinition } from "./run-context.js";
import { RunRecord } from "./run-record.js";
import { RunSession } from "./run-session.js";
import { StepDesk } from "./step-desk.js";
import { type RunMove, type Standing, type Watcher, Watchers } from "./watchers.js";

export interface OpenRun {
  readonly session: RunSession;
  readonly identities: readonly Identity[];
  /** Settles when every attached agent has the run's rules, or after a step's time: with those that have not. */
  readonly ready: Promise<readonly AgentRef[]>;
}

/** How long the end of a run waits for agents that do not answer, in milliseconds. */
const forgettingLimitMs = 500;
/** How long agents may take to tell what they have seen, in milliseconds. */
const syncLimitMs = 1_000;

export class Coordinator {
  readonly agents = new Agents();
  readonly discoveries = new Discoveries();
  readonly #watchers = new Watchers();
  readonly #locks: Locks;
  readonly #runs = new OpenRuns();
  /** Of runs that were closed, the newest last. */
  readonly #records: RunRecord[] = [];
  #isByHand = false;
  readonly #lastWords = new LastWords(this.agents);

  /** @param probes connected ones */
  constructor(probes: readonly LockProbe[] = []) {
    this.#locks = new Locks(probes);
  }

  /** @throws {SpangateError} for an order that makes no sense. */
  openRun(definition: RunDefinition, observer: Pick<RunContext, "tell" | "flush" | "closed">): OpenRun {
    const { starters, adopted, order, limits, recordAttributes } = definition;
    if (this.#runs.size >= coordinatorLimits.runs)
      throw errorOf("Refused", `The coordinator keeps ${coordinatorLimits.runs} runs, and has them. Close some first.`);
    const mistake = findMistake(starters, order, adopted);
    if (mistake) throw errorOf(mistake.code, mistake.message);
    const id = randomBytes(6).toString("hex");
    const identities = starters.map((actor) => newIdentity(id, actor));
    const adoptions = new Map(
      adopted.map((it) => [
        it.actor,
        new Adoption(it, ({ agent, id: at }) => this.agents.release(agent.instance, [at])),
      ]),
    );
    const record = new RunRecord(id, definition, wallClock());
    const session = new RunSession(id, definition, {
      agents: this.agents,
      locks: this.#locks,
      watchers: this.#watchers,
      frozen: () => this.frozen(),
      stopped: () => this.#stopped,
      lastWords: () => this.#lastWords.ask(this.#stopped),
      released: (arrival) => this.#noteEnd(this.#runs.find(id), arrival),
      ...observer,
      tell: (entry, sequence) => {
        record.add({ sequence, entry });
        observer.tell(entry, sequence);
      },
    });
    const steps = new StepDesk(session, this.#isByHand, (move) => this.#watchers.tell({ type: "move", ...move }));
    const rulesByActor = rulesOf(order);
    const rules = identities.map(({ actor, traceId }) => ({
      ...{ runId: id, actor, traceId, adopt: undefined, watchesLocks: this.#locks.isOn, recordAttributes },
      rules: rulesByActor.get(actor) ?? [],
    }));
    this.#runs.add({ session, steps, record, starters, rules, adoptions, limits });
    this.#watchers.tell({ type: "runOpened", runId: id, starters });
    return { session, identities, ready: this.#spreadRules(limits.stepTimeoutMs) };
  }

  run(id: string): RunSession | undefined {
    return this.#runs.find(id)?.session;
  }

  steps(id: string): StepDesk | undefined {
    return this.#runs.find(id)?.steps;
  }

  /** Of a run that is open, or was a moment ago. */
  record(id: string): RunRecord | undefined {
    return this.#runs.find(id)?.record ?? this.#records.find((it) => it.id === id);
  }

  /** The steps that wait for a person. */
  get waiting(): readonly RunMove[] {
    return this.#runs.waiting;
  }

  /** Whether steps wait for a person, from now on and in all runs. */
  stepByHand(isOn: boolean): void {
    if (isOn === this.#isByHand) return;
    this.#isByHand = isOn;
    this.#watchers.tell({ type: "byHand", isOn });
    for (const { steps } of this.#runs.all) steps.setMode(isOn);
  }

  /** Resolves when the agents have forgotten the run, so that what comes next meets nothing of it; soon at the latest. */
  async closeRun(id: string): Promise<void> {
    const run = this.#runs.remove(id);
    if (!run) return;
    this.#locks.forget(id);
    run.steps.close();
    run.session.close();
    run.record.end();
    this.#records.push(run.record);
    if (this.#records.length > coordinatorLimits.closedRuns) this.#records.shift();
    this.#watchers.tell({ type: "runClosed", runId: id, failure: run.record.failure });
    const forgotten = this.#spreadRules(forgettingLimitMs);
    // The agents have been told by now that these flows are nobody's.
    for (const adoption of run.adoptions.values()) adoption.close();
    await forgotten;
  }

  closeAll(reason: string): void {
    for (const { session } of this.#runs.all) void this.closeRun(session.id);
    this.agents.stop(reason);
    this.#watchers.end();
    this.discoveries.end();
  }

  /**
   * Tells the watcher what is there, and from then on what comes and goes.
   * @param closed also the runs that were closed and can be followed, first
   * @returns what takes it away
   */
  watch(watcher: Watcher, closed: boolean): () => void {
    for (const { id: runId, definition, failure } of closed ? this.#records : []) {
      watcher.see({ type: "runOpened", runId, starters: definition.starters });
      watcher.see({ type: "runClosed", runId, failure });
    }
    for (const agent of this.agents.all) watcher.see({ type: "attached", agent });
    if (this.#isByHand) watcher.see({ type: "byHand", isOn: true });
    for (const { starters, steps } of this.#runs.all) {
      const { runId, number, move } = steps.move;
      watcher.see({ type: "runOpened", runId, starters });
      if (move.type !== "test") watcher.see({ type: "move", runId, number, move });
    }
    for (const standing of this.standing()) watcher.see({ type: "held", standing });
    return this.#watchers.add(watcher);
  }

  /**
   * Tells what spans there are from now on: all agents are asked for them.
   * @returns what takes the discoverer away
   * @throws {SpangateError} Refused, where as many look already as it takes
   */
  discover(request: DiscoveryRequest, discoverer: Discoverer): () => void {
    const leave = this.discoveries.add(request, discoverer);
    for (const agent of this.agents.all) discoverer.find({ type: "attached", agent });
    void this.#spreadRules(defaultLimits.stepTimeoutMs).then((silent) => discoverer.find({ type: "begun", silent }));
    return () => {
      leave();
      void this.#spreadRules(0);
    };
  }

  /** Has agents tell all that they have seen, for those who look on. @returns those that have not answered in time */
  async syncAgents(): Promise<readonly AgentRef[]> {
    const { silent } = await this.agents.sync(this.#stopped, syncLimitMs);
    this.discoveries.tell({ type: "told" });
    return silent;
  }

  attached(agent: Agent): void {
    this.agents.attach(agent);
    this.#watchers.tell({ type: "attached", agent });
    this.discoveries.tell({ type: "attached", agent });
  }

  arrived(runId: string, arrival: Arrival): void {
    const session = this.run(runId);
    this.#locks.note(runId, arrival);
    this.#lastWords.heardOf(arrival.agent);
    if (session) session.put({ type: "arrived", arrival });
    else this.agents.release(arrival.agent.instance, [arrival.id]);
  }

  passed(runId: string, passed: PassedSpan): void {
    const run = this.#runs.find(runId);
    this.#locks.note(runId, passed);
    const isUnclaimed = run?.adoptions.get(passed.actor)?.isUnclaimed(passed);
    run?.session.put(isUnclaimed ? { type: "unclaimed", root: passed } : { type: "passed", passed });
    this.#lastWords.heardOf(passed.agent);
    this.#noteEnd(run, passed);
  }

  /** The agent has told all that it did before it read this question. Late answers count too: its thread goes on. */
  synced(agent: AgentRef, number: number, shortages: readonly ToldShortage[]): void {
    this.#lastWords.heardOf(agent);
    this.agents.synced(agent.instance, number, shortages);
  }

  /** A root span may begin an actor that is to be adopted. Its flow waits. */
  claimed(runId: string, claim: Claim): void {
    const taker = this.#runs.take(runId, claim);
    if (taker) {
      if (claim.mode === "thread") this.agents.noteFrozen(claim.agent.instance);
      void this.#spreadRules(taker.limits.stepTimeoutMs).then(() => taker.adoption.setKnown(claim));
    } else {
      // The rules that went out since tell its agent that the flow is another's, or nobody's.
      void this.#spreadRules(0);
      this.agents.release(claim.agent.instance, [claim.id]);
    }
  }

  /** Lets an adopted actor begin. @returns why its flow did not end by itself; `undefined` where there is no such actor */
  async adopt(runId: string, actor: string): Promise<string | undefined> {
    return await this.#runs.find(runId)?.adoptions.get(actor)?.begin();
  }

  /** A flow that waited is gone. */
  withdrawn(agent: AgentRef, id: number, reason: string): void {
    this.putToAll({ type: "withdrawn", agent, id, reason });
    this.#findAnew((adoption) => adoption.withdraw(agent, id));
  }

  putTo(runId: string, input: Input): void {
    this.run(runId)?.put(input);
  }

  putToAll(input: Input): void {
    for (const { session } of this.#runs.all) session.put(input);
  }

  detached(agent: AgentRef, departure: Departure): void {
    const known = this.agents.find(agent.instance);
    this.agents.detach(agent.instance);
    this.#lastWords.heardOf(agent);
    this.putToAll({ type: "detached", agent, departure });
    if (known) this.#watchers.tell({ type: "left", agent: known, departure });
    if (known) this.discoveries.tell({ type: "left", agent: known, departure });
    this.#findAnew((adoption) => adoption.detach(agent));
  }

  standing(): readonly Standing[] {
    return this.#runs.standing;
  }

  frozen(): readonly FrozenThread[] {
    return this.#runs.frozen(this.agents.all);
  }

  get #stopped(): ReadonlySet<string> {
    return new Set(this.frozen().map(({ agent }) => agent.instance));
  }

  // What an adopted actor begins in the stretch in which its last span ends is told with it, or before the agents answer.
  #noteEnd(run: Known | undefined, ended: PassedSpan | Arrival): void {
    const adoption = run?.adoptions.get(ended.actor);
    if (!run || !adoption) return;
    adoption.noteEnd(ended);
    const isOver = () => adoption.isEnding && run.session.isQuiet(ended.actor);
    if (isOver()) void this.agents.sync(this.#stopped, 0).then(() => isOver() && adoption.finish());
  }

  #findAnew(isLost: (adoption: Adoption) => boolean): void {
    if (this.#runs.loses(isLost)) void this.#spreadRules(0);
  }

  #spreadRules(limitMs: number): Promise<readonly AgentRef[]> {
    return this.agents.setRules({ actors: this.#runs.rules, discovery: this.discoveries.request }, limitMs);
  }
}
