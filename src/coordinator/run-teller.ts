// Tells a run's events to its test, several at a time: every message costs the process in which the coordinator and
// mostly the test too live, while actors wait for that process.
import type { RunEvent } from "../gen/spangate/v1/runner.js";
import { clearTimeout, setTimeout } from "../real-time.js";

/** The longest that an event waits for others, in milliseconds. */
const patienceMs = 20;

export class RunTeller {
  readonly #send: (events: RunEvent[]) => void;
  #events: RunEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (events: RunEvent[]) => void) {
    this.#send = send;
  }

  add(event: RunEvent): void {
    this.#events.push(event);
    this.#timer ??= setTimeout(() => this.flush(), patienceMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) this.#send(events);
  }
}
