// Tells events to who looks at them, several at a time: every message costs the process in which the coordinator and
// mostly the test too live, while actors wait for that process.
import { clearTimeout, setTimeout } from "../real-time.js";

/** The longest that an event waits for others, in milliseconds. */
const patienceMs = 20;

export class Teller<Event> {
  readonly #send: (events: Event[]) => void;
  #events: Event[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (events: Event[]) => void) {
    this.#send = send;
  }

  add(event: Event): void {
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
