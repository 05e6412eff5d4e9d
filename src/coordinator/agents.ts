// All agents that are attached, and what is said to all of them: rules, and requests to tell all they know.

import type { ActorRules, AgentRef, HoldMode } from "../core/model.js";
import type { AttachedAgent } from "../core/surroundings.js";

/** One attached agent as the registry sees it. */
export interface Agent extends AttachedAgent {
  readonly thread: number;
  readonly modes: readonly HoldMode[];
  readonly versions: Readonly<Record<string, string>>;
  readonly sendRules: (version: number, rules: readonly ActorRules[]) => void;
  readonly sendRelease: (ids: readonly number[]) => void;
  readonly sendSync: (number: number) => void;
  readonly sendStop: (reason: string) => void;
}

interface Question {
  readonly open: Set<string>;
  readonly answered: () => void;
}

/** Remembers who is attached, and waits for everybody's answers. An agent that leaves owes no answer. */
export class Agents {
  readonly #agents = new Map<string, Agent>();
  readonly #questions = new Map<string, Question>();
  #rules: readonly ActorRules[] = [];
  #version = 1;
  #syncs = 0;
  #instances = 0;

  newInstance(): string {
    this.#instances += 1;
    return String(this.#instances);
  }

  get rules(): { readonly version: number; readonly actors: readonly ActorRules[] } {
    return { version: this.#version, actors: this.#rules };
  }

  get all(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  attach(agent: Agent): void {
    this.#agents.set(agent.instance, agent);
  }

  detach(instance: string): void {
    this.#agents.delete(instance);
    for (const key of this.#questions.keys()) this.#answer(key, instance);
  }

  /**
   * Replaces the rules of all agents. Resolves when every attached one has them, or after the time.
   * @returns the agents that did not acknowledge them
   */
  async setRules(rules: readonly ActorRules[], limitMs: number): Promise<readonly AgentRef[]> {
    this.#rules = rules;
    this.#version += 1;
    const version = this.#version;
    const asked = this.all;
    const { question, settled } = this.#ask(
      `rules ${version}`,
      asked.map(({ instance }) => instance),
    );
    for (const agent of asked) agent.sendRules(version, rules);
    await withLimit(settled, limitMs);
    this.#questions.delete(`rules ${version}`);
    return asked.filter(({ instance }) => question.open.has(instance));
  }

  acknowledge(instance: string, version: number): void {
    for (const key of this.#questions.keys()) {
      const [subject, number] = key.split(" ");
      if (subject === "rules" && Number(number) <= version) this.#answer(key, instance);
    }
  }

  /**
   * Asks every agent but the frozen ones to tell all that it knows.
   * @param limitMs give up after so long; 0 waits for ever
   * @returns the agents that did not answer
   */
  async sync(frozen: ReadonlySet<string>, limitMs: number): Promise<readonly AgentRef[]> {
    this.#syncs += 1;
    const number = this.#syncs;
    const asked = this.all.filter(({ instance }) => !frozen.has(instance));
    const { question, settled } = this.#ask(
      `sync ${number}`,
      asked.map(({ instance }) => instance),
    );
    for (const agent of asked) agent.sendSync(number);
    await withLimit(settled, limitMs);
    this.#questions.delete(`sync ${number}`);
    return asked.filter(({ instance }) => question.open.has(instance));
  }

  synced(instance: string, number: number): void {
    this.#answer(`sync ${number}`, instance);
  }

  /** An agent whose thread is stopped has told everything before it stopped. */
  noteFrozen(instance: string): void {
    for (const key of this.#questions.keys()) if (key.startsWith("sync")) this.#answer(key, instance);
  }

  release(instance: string, ids: readonly number[]): boolean {
    const agent = this.#agents.get(instance);
    agent?.sendRelease(ids);
    return agent !== undefined;
  }

  stop(reason: string): void {
    for (const agent of this.#agents.values()) agent.sendStop(reason);
  }

  #ask(key: string, instances: readonly string[]): { question: Question; settled: Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const question = { open: new Set(instances), answered: resolve };
    if (instances.length === 0) resolve();
    else this.#questions.set(key, question);
    return { question, settled: promise };
  }

  #answer(key: string, instance: string): void {
    const question = this.#questions.get(key);
    if (!question?.open.delete(instance) || question.open.size > 0) return;
    this.#questions.delete(key);
    question.answered();
  }
}

/** @param limitMs 0 waits for ever */
async function withLimit(promise: Promise<void>, limitMs: number): Promise<void> {
  if (limitMs === 0) return await promise;
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
