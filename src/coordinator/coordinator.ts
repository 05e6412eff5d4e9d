// The truth of all runs: which agents are attached, which runs are open, which actor is whose.
import { randomBytes } from "node:crypto";
import { errorOf } from "../core/errors.js";
import type { Input } from "../core/messages.js";
import type { ActorRules, AgentRef, Arrival, PassedSpan, Step } from "../core/model.js";
import { findMistake } from "../core/order.js";
import type { FrozenThread } from "../core/surroundings.js";
import { Agents } from "./agents.js";
import type { Limits } from "./clocks.js";
import { type Identity, newIdentity } from "./identity.js";
import { type RunContext, RunSession } from "./run-session.js";

export interface RunDefinition {
  readonly starters: readonly string[];
  readonly order: readonly Step[];
  readonly limits: Limits;
}

export interface OpenRun {
  readonly session: RunSession;
  readonly identities: readonly Identity[];
  /** Settles when every attached agent has the run's rules, or after a step's time: with those that have not. */
  readonly ready: Promise<readonly AgentRef[]>;
}

export class Coordinator {
  readonly agents = new Agents();
  readonly #runs = new Map<string, { readonly session: RunSession; readonly rules: readonly ActorRules[] }>();

  /** @throws {SpangateError} for an order that makes no sense. */
  openRun(
    { starters, order, limits }: RunDefinition,
    observer: Pick<RunContext, "tell" | "flush" | "closed">,
  ): OpenRun {
    const mistake = findMistake(starters, order);
    if (mistake) throw errorOf(mistake.code, mistake.message);
    const id = randomBytes(6).toString("hex");
    const identities = starters.map((actor) => newIdentity(id, actor));
    const session = new RunSession(id, starters, order, limits, {
      agents: this.agents,
      frozen: () => this.frozen(),
      ...observer,
    });
    const rules = identities.map(({ actor, traceId }) => ({ runId: id, actor, traceId, rules: rulesOf(actor, order) }));
    this.#runs.set(id, { session, rules });
    return { session, identities, ready: this.#spreadRules(limits.stepTimeoutMs) };
  }

  run(id: string): RunSession | undefined {
    return this.#runs.get(id)?.session;
  }

  closeRun(id: string): void {
    const run = this.#runs.get(id);
    if (!run) return;
    this.#runs.delete(id);
    run.session.close();
    void this.#spreadRules(0);
  }

  closeAll(reason: string): void {
    for (const id of this.#runs.keys()) this.closeRun(id);
    this.agents.stop(reason);
  }

  arrived(runId: string, arrival: Arrival): void {
    const run = this.run(runId);
    if (run) run.put({ type: "arrived", arrival });
    else this.agents.release(arrival.agent.instance, [arrival.id]);
  }

  passed(runId: string, passed: PassedSpan): void {
    this.run(runId)?.put({ type: "passed", passed });
  }

  putTo(runId: string, input: Input): void {
    this.run(runId)?.put(input);
  }

  putToAll(input: Input): void {
    for (const { session } of [...this.#runs.values()]) session.put(input);
  }

  detached(agent: AgentRef, died: boolean, reason: string): void {
    this.agents.detach(agent.instance);
    this.putToAll({ type: "detached", agent, died, reason });
  }

  holds(): readonly Arrival[] {
    return [...this.#runs.values()].flatMap(({ session }) => session.holds);
  }

  frozen(): readonly FrozenThread[] {
    const agents = new Map(this.agents.all.map((agent) => [agent.instance, agent]));
    return [...this.#runs.values()].flatMap(({ session }) =>
      session.frozen.flatMap(({ arrival, place }) => {
        const agent = agents.get(arrival.agent.instance);
        return agent ? [{ agent, by: arrival.actor, place }] : [];
      }),
    );
  }

  #spreadRules(limitMs: number): Promise<readonly AgentRef[]> {
    return this.agents.setRules(
      [...this.#runs.values()].flatMap(({ rules }) => rules),
      limitMs,
    );
  }
}

function rulesOf(actor: string, order: readonly Step[]): ActorRules["rules"] {
  return order
    .flat()
    .flatMap(({ index, actor: owner, phase, span, hold }) =>
      owner === actor && span && (phase === "before" || phase === "after")
        ? [{ checkpoint: index, phase, span, hold }]
        : [],
    );
}
