// What has happened in one run, for those who look on: they read it from its beginning whenever they come.
import type { Entry } from "../core/happenings.js";
import { coordinatorLimits } from "../core/limits.js";
import type { RunDefinition } from "./run-context.js";

/** An event of a run. */
export interface Recorded {
  readonly sequence: number;
  readonly entry: Entry;
}

export interface Follower {
  see(event: Recorded): void;
  /** There is nothing more to see. */
  end(): void;
}

export class RunRecord {
  readonly id: string;
  readonly definition: RunDefinition;
  /** In milliseconds since 1970. */
  readonly openedAtMs: number;
  /** How many spans that passed are not kept any more, the oldest ones. */
  missed = 0;
  #events: Recorded[] = [];
  #passed = 0;
  readonly #followers = new Set<Follower>();
  #isOver = false;

  constructor(id: string, definition: RunDefinition, openedAtMs: number) {
    this.id = id;
    this.definition = definition;
    this.openedAtMs = openedAtMs;
  }

  /** What is kept, in sequence. All but spans that passed is as much as the order has. */
  get events(): readonly Recorded[] {
    return this.#events;
  }

  /** The code of what it failed with; empty where it did not. */
  get failure(): string {
    const failed = this.#events.find(({ entry }) => entry.type === "failed")?.entry;
    return failed?.type === "failed" ? failed.failure.code : "";
  }

  add(event: Recorded): void {
    this.#events.push(event);
    if (event.entry.type === "passed") this.#passed += 1;
    // A tenth at a time: each time all are looked through.
    if (this.#passed > coordinatorLimits.passed) this.#forget(coordinatorLimits.passed / 10);
    for (const follower of this.#followers) follower.see(event);
  }

  /** @returns what takes the follower away */
  follow(follower: Follower): () => void {
    if (this.#isOver) follower.end();
    else this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  end(): void {
    this.#isOver = true;
    for (const follower of this.#followers) follower.end();
    this.#followers.clear();
  }

  #forget(count: number): void {
    let left = count;
    this.#events = this.#events.filter(({ entry }) => {
      if (entry.type !== "passed" || left === 0) return true;
      left -= 1;
      return false;
    });
    this.#passed -= count;
    this.missed += count;
  }
}
