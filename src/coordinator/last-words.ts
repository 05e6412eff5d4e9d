// What an actor has done until its end, and what it goes on to do: agents tell of several spans at a time, so they are
// asked.
import type { AgentRef } from "../core/model.js";
import type { Agents } from "./agents.js";

/** How long an agent may take to answer, in milliseconds. */
const limitMs = 500;

export class LastWords {
  readonly #agents: Agents;
  /** Who did not answer and has told nothing since, such as an idle thread of a pool: nobody waits for it again. */
  readonly #silent = new Set<string>();

  constructor(agents: Agents) {
    this.#agents = agents;
  }

  /**
   * Resolves when every agent has told what passed in it until now, soon at the latest.
   * @returns those that did not answer
   */
  async ask(frozen: ReadonlySet<string>): Promise<readonly AgentRef[]> {
    const { silent } = await this.#agents.sync(new Set([...frozen, ...this.#silent]), limitMs);
    for (const { instance } of silent) this.#silent.add(instance);
    return silent;
  }

  /** The agent's thread goes on, or is gone. */
  heardOf({ instance }: AgentRef): void {
    this.#silent.delete(instance);
  }
}
