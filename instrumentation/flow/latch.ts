// Something that a flow waits for: opened once.
import { AsyncResource } from "node:async_hooks";
import { queueMicrotask } from "../real-time.js";

export class Latch {
  /** Opens when both are open. */
  static both(one: Latch | undefined, other: Latch | undefined): Latch | undefined {
    if (!one || !other) return one ?? other;
    const both = new Latch();
    one.whenOpen(() => other.whenOpen(() => both.open()));
    return both;
  }

  #waiting: (() => void)[] | undefined = [];
  #opened: Promise<void> | undefined;

  get isOpen(): boolean {
    return this.#waiting === undefined;
  }

  /** Runs `go` once the latch is open, in the async context of whoever asks; at once when it is open already. */
  whenOpen(go: () => void): void {
    if (this.#waiting) this.#waiting.push(AsyncResource.bind(go));
    else go();
  }

  /** Resolves once the latch is open. */
  get opened(): Promise<void> {
    this.#opened ??= new Promise((resolve) => this.whenOpen(resolve));
    return this.#opened;
  }

  open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    // Each on its own: what one throws is an uncaught exception, as it is where a driver calls back.
    for (const go of waiting) queueMicrotask(go);
  }
}
