// The only clocks of a run: how long a turn may take, and how long it may stand still.
import { clearTimeout, setTimeout } from "../real-time.js";

export interface Limits {
  /** The longest that one turn may take, in milliseconds. */
  readonly stepTimeoutMs: number;
  /** How long an actor may make no progress before the next one gets its turn as well, in milliseconds. */
  readonly stallMs: number;
}

/** The two clocks of a turn. */
export class Clocks {
  readonly #limits: Limits;
  readonly #onExpired: () => void;
  readonly #onStalled: () => void;
  #step: NodeJS.Timeout | undefined;
  #progress: NodeJS.Timeout | undefined;

  constructor(limits: Limits, onExpired: () => void, onStalled: () => void) {
    this.#limits = limits;
    this.#onExpired = onExpired;
    this.#onStalled = onStalled;
  }

  startTurn(stalls: boolean): void {
    this.stop();
    this.#step = setTimeout(this.#onExpired, this.#limits.stepTimeoutMs);
    if (stalls) this.#progress = setTimeout(this.#onStalled, this.#limits.stallMs);
  }

  noteProgress(): void {
    this.#progress?.refresh();
  }

  stop(): void {
    clearTimeout(this.#step);
    clearTimeout(this.#progress);
    this.#step = undefined;
    this.#progress = undefined;
  }
}
