// Those who look on: they hear what comes and goes in all runs, and change nothing.
import type { Move } from "../core/by-hand.js";
import type { Departure } from "../core/departure.js";
import type { Arrival } from "../core/model.js";
import type { Agent } from "./agents.js";

/** An actor that stands at a gate, of whichever run. */
export interface Standing {
  readonly runId: string;
  readonly arrival: Arrival;
  /** Since when, in milliseconds since 1970. */
  readonly sinceMs: number;
}

/** Something that came or went. */
export type Sight =
  | { readonly type: "attached"; readonly agent: Agent }
  | { readonly type: "left"; readonly agent: Agent; readonly departure: Departure }
  | { readonly type: "runOpened"; readonly runId: string; readonly starters: readonly string[] }
  /** `failure` is an error's code; empty where it did not fail. */
  | { readonly type: "runClosed"; readonly runId: string; readonly failure: string }
  | { readonly type: "held" | "released"; readonly standing: Standing }
  | { readonly type: "withdrawn"; readonly standing: Standing; readonly reason: string }
  | { readonly type: "byHand"; readonly isOn: boolean }
  | ({ readonly type: "move" } & RunMove);

/** Whose move it is in a run. */
export interface RunMove {
  readonly runId: string;
  /** Of the step that waits, or that waited last. */
  readonly number: number;
  readonly move: Move;
}

export interface Watcher {
  see(sight: Sight): void;
  /** There is nothing more to see. */
  end(): void;
}

export class Watchers {
  readonly #watchers = new Set<Watcher>();

  /** @returns what takes the watcher away */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  tell(sight: Sight): void {
    for (const watcher of this.#watchers) watcher.see(sight);
  }

  end(): void {
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }
}
