// All agents that are attached, and what is said to all of them: rules, and requests to tell all they know.

import type { DiscoveryRequest } from "../core/discovery.js";
import type { ActorRules, AgentRef, HoldMode } from "../core/model.js";
import type { AttachedAgent } from "../core/surroundings.js";
import { waitAtMost } from "../waiting.js";
import type { ToldShortage } from "../wire/shortages.js";
import type { JoinableSession } from "./second-stream.js";

/** One attached agent as the registry sees it. */
export interface Agent extends AttachedAgent {
  readonly thread: number;
  readonly modes: readonly HoldMode[];
  readonly versions: Readonly<Record<string, string>>;
  readonly session: JoinableSession;
  readonly sendRules: (version: number, rules: Rules) => void;
  readonly sendRelease: (ids: readonly number[]) => void;
  readonly sendSync: (number: number) => void;
  readonly sendStop: (reason: string) => void;
}

/** All that agents have to know. */
export interface Rules {
  readonly actors: readonly ActorRules[];
  /** Set while somebody asks what spans there are. */
  readonly discovery: DiscoveryRequest | undefined;
}

/** Something asked of several agents, who answer by its number. */
interface Question {
  readonly subject: "rules" | "sync";
  readonly number: number;
  readonly open: Set<string>;
  readonly shortages: ToldShortage[];
  readonly answered: () => void;
}

/** What came of a question. */
export interface Answers {
  /** The agents that did not answer. */
  readonly silent: readonly AgentRef[];
  readonly shortages: readonly ToldShortage[];
}

/** Remembers who is attached, and waits for everybody's answers. An agent that leaves owes no answer. */
export class Agents {
  readonly #agents = new Map<string, Agent>();
  readonly #questions = new Set<Question>();
  #rules: Rules = { actors: [], discovery: undefined };
  #version = 1;
  #syncs = 0;
  #instances = 0;

  newInstance(): string {
    this.#instances += 1;
    return String(this.#instances);
  }

  get rules(): Rules & { readonly version: number } {
    return { version: this.#version, ...this.#rules };
  }

  get all(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  find(instance: string): Agent | undefined {
    return this.#agents.get(instance);
  }

  attach(agent: Agent): void {
    this.#agents.set(agent.instance, agent);
  }

  detach(instance: string): void {
    this.#agents.delete(instance);
    this.#answer(instance, () => true);
  }

  /**
   * Replaces the rules of all agents. Resolves when every attached one has them, or after the time.
   * @param limitMs give up after so long; 0 waits for ever
   * @returns the agents that did not acknowledge them
   */
  async setRules(rules: Rules, limitMs: number): Promise<readonly AgentRef[]> {
    this.#rules = rules;
    this.#version += 1;
    const version = this.#version;
    const asked = await this.#ask("rules", version, this.all, (agent) => agent.sendRules(version, rules), limitMs);
    return asked.silent;
  }

  acknowledge(instance: string, version: number): void {
    this.#answer(instance, ({ subject, number }) => subject === "rules" && number <= version);
  }

  /**
   * Asks every agent but the frozen ones to tell all that it knows.
   * @param limitMs give up after so long; 0 waits for ever
   */
  async sync(frozen: ReadonlySet<string>, limitMs: number): Promise<Answers> {
    this.#syncs += 1;
    const number = this.#syncs;
    const asked = this.all.filter(({ instance }) => !frozen.has(instance));
    return await this.#ask("sync", number, asked, (agent) => agent.sendSync(number), limitMs);
  }

  synced(instance: string, number: number, shortages: readonly ToldShortage[]): void {
    const isMeant = (question: Question) => question.subject === "sync" && question.number === number;
    for (const question of this.#questions) if (isMeant(question)) question.shortages.push(...shortages);
    this.#answer(instance, isMeant);
  }

  /** An agent whose thread is stopped has told everything before it stopped. */
  noteFrozen(instance: string): void {
    this.#answer(instance, ({ subject }) => subject === "sync");
  }

  release(instance: string, ids: readonly number[]): boolean {
    const agent = this.#agents.get(instance);
    agent?.sendRelease(ids);
    return agent !== undefined;
  }

  stop(reason: string): void {
    for (const agent of this.#agents.values()) agent.sendStop(reason);
  }

  async #ask(
    subject: Question["subject"],
    number: number,
    asked: readonly Agent[],
    send: (agent: Agent) => void,
    limitMs: number,
  ): Promise<Answers> {
    if (asked.length === 0) return { silent: [], shortages: [] };
    const { promise, resolve } = Promise.withResolvers<void>();
    const open = new Set(asked.map(({ instance }) => instance));
    const question: Question = { subject, number, open, shortages: [], answered: resolve };
    this.#questions.add(question);
    for (const agent of asked) send(agent);
    await (limitMs === 0 ? promise : waitAtMost(limitMs, promise));
    this.#questions.delete(question);
    return { silent: asked.filter(({ instance }) => open.has(instance)), shortages: question.shortages };
  }

  #answer(instance: string, isMeant: (question: Question) => boolean): void {
    for (const question of this.#questions) {
      if (!isMeant(question) || !question.open.delete(instance) || question.open.size > 0) continue;
      this.#questions.delete(question);
      question.answered();
    }
  }
}
