// Those who ask what spans there are. Nothing of the answers is kept: each hears what is told from his question on.
import type { Departure } from "../core/departure.js";
import type { DiscoveryRequest, SeenSpans } from "../core/discovery.js";
import { errorOf } from "../core/errors.js";
import { coordinatorLimits, runLimits } from "../core/limits.js";
import type { AgentRef } from "../core/model.js";
import type { Agent } from "./agents.js";

/** What one of them hears. */
export type Finding =
  /** All agents but the silent ones tell their spans from now on. */
  | { readonly type: "begun"; readonly silent: readonly AgentRef[] }
  | { readonly type: "attached"; readonly agent: Agent }
  | { readonly type: "left"; readonly agent: Agent; readonly departure: Departure }
  | ({ readonly type: "seen" } & SeenSpans)
  /** All that was seen before agents were asked for it has been told. */
  | { readonly type: "told" };

export interface Discoverer {
  find(finding: Finding): void;
  /** There is nothing more to find. */
  end(): void;
}

export class Discoveries {
  readonly #open = new Map<Discoverer, DiscoveryRequest>();

  /** What agents are asked: what any of them asks; `undefined` where nobody does. */
  get request(): DiscoveryRequest | undefined {
    if (this.#open.size === 0) return undefined;
    return { values: [...new Set([...this.#open.values()].flatMap(({ values }) => values))] };
  }

  /**
   * @returns what takes the discoverer away
   * @throws {SpangateError} BadOption, for more values than one may ask for; Refused, where there are too many
   */
  add(request: DiscoveryRequest, discoverer: Discoverer): () => void {
    const { discoveries, discoveredValues } = coordinatorLimits;
    if (this.#open.size >= discoveries)
      throw errorOf("Refused", `At most ${discoveries} may ask what spans there are, and they do. End one first.`);
    if (request.values.length > discoveredValues)
      throw errorOf("BadOption", `Values of at most ${discoveredValues} attributes are told; ask for fewer.`);
    if (request.values.some((key) => key.length > runLimits.text))
      throw errorOf("BadOption", `An attribute's key has at most ${runLimits.text} characters.`);
    this.#open.set(discoverer, request);
    return () => void this.#open.delete(discoverer);
  }

  tell(finding: Finding): void {
    for (const discoverer of this.#open.keys()) discoverer.find(finding);
  }

  end(): void {
    for (const discoverer of this.#open.keys()) discoverer.end();
    this.#open.clear();
  }
}
