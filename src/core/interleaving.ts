import type { Entry } from "./happenings.js";
import { renderLanes } from "./lanes.js";

/** The recorded interleaving of a run: data in `entries`, lanes of text from `toString()`. */
export class Interleaving {
  /** The actors' names, in the runner's sequence: one lane each. */
  readonly actors: readonly string[];
  /** What happened, oldest first. Spans that passed are told up to 10,000 a run. */
  readonly entries: readonly Entry[];

  constructor(actors: readonly string[], entries: readonly Entry[]) {
    this.actors = actors;
    this.entries = entries;
  }

  /** One column an actor, time downwards in milliseconds since the run was opened. */
  toString(): string {
    return renderLanes(this.actors, this.entries);
  }
}
