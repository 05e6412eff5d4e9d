// What one look at a coordinator finds: the spans, and whose agents told them.
import { describeAgent } from "../../core/describe.js";
import type { Operator, Watch } from "../../runner/operator.js";
import { waitAtMost } from "../../waiting.js";
import type { Found } from "../../wire/discovery.js";
import { Catalogue, type Entry } from "./catalogue.js";

export class Looking {
  readonly catalogue = new Catalogue();
  /** Who was attached at any time. */
  readonly agents = new Set<string>();
  readonly #present = new Set<string>();
  readonly #begun = Promise.withResolvers<void>();
  readonly #operator: Operator;
  readonly #watch: Watch;
  readonly #told = Promise.withResolvers<void>();
  readonly #onNew: (entries: readonly Entry[]) => void;
  #onLeft = (): void => {};

  /** @param onNew gets the entries that are new, the first that began first */
  constructor(operator: Operator, values: readonly string[], onNew: (entries: readonly Entry[]) => void) {
    this.#operator = operator;
    this.#onNew = onNew;
    this.#watch = operator.discover(values, (found) => this.#take(found));
    this.#watch.ended.catch((error: unknown) => this.#begun.reject(error));
  }

  /** Resolves when all agents tell their spans. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Resolves when the coordinator has ended it. */
  get ended(): Promise<void> {
    return this.#watch.ended;
  }

  /** Resolves when every agent has left, so that all is told that they knew; after the time at the latest. */
  async allLeft(limitMs: number): Promise<void> {
    if (this.#present.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onLeft = () => this.#present.size === 0 && resolve();
    await waitAtMost(limitMs, promise);
  }

  /** Has told what has been seen until now. */
  async catchUp(): Promise<void> {
    await this.#operator.syncAgents();
    await this.#told.promise;
  }

  stop(): void {
    this.#watch.stop();
  }

  #take(found: readonly Found[]): void {
    const added: Entry[] = [];
    for (const it of found) {
      switch (it.type) {
        case "begun":
          this.#begun.resolve();
          break;
        case "told":
          this.#told.resolve();
          break;
        case "attached":
          this.agents.add(describeAgent(it.agent));
          this.#present.add(it.agent.instance);
          break;
        case "left":
          this.#present.delete(it.agent.instance);
          break;
        case "seen":
          added.push(...this.catalogue.add(it));
      }
    }
    if (added.length > 0) this.#onNew(added.toSorted((one, other) => one.firstAtMs - other.firstAtMs));
    this.#onLeft();
  }
}
