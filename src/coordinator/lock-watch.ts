// Asks for locks while a turn is out and actors are in calls that may wait: only the database knows.
import type { LockWait, PassedSpan } from "../core/model.js";
import { clearTimeout, setTimeout } from "../real-time.js";

/** How long a call may take before the first question, and between two of them, in milliseconds. */
const pauseMs = 2;

export interface LockWatchHandlers {
  /** The calls that are under way. */
  readonly calls: () => readonly PassedSpan[];
  readonly ask: (calls: readonly PassedSpan[]) => Promise<readonly LockWait[]>;
  /** How often an actor has moved so far. */
  readonly moves: () => number;
  /**
   * @param isAsked true for the answer to {@link LockWatch.askNow}
   * @param asOf the moves at the time of the question
   */
  readonly onWaits: (waits: readonly LockWait[], isAsked: boolean, asOf: number) => void;
  readonly onError: (error: Error) => void;
}

export class LockWatch {
  readonly #handlers: LockWatchHandlers;
  #isOn = false;
  #isAsking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(handlers: LockWatchHandlers) {
    this.#handlers = handlers;
  }

  /** A turn is out. */
  start(): void {
    this.#isOn = true;
    this.look();
  }

  stop(): void {
    this.#isOn = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Something has happened: there may be a call now. */
  look(): void {
    if (!this.#isOn || this.#isAsking || this.#timer || this.#handlers.calls().length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#isAsking = true;
      void this.#ask(false).finally(() => {
        this.#isAsking = false;
        this.look();
      });
    }, pauseMs);
  }

  /** Asks at once: the answer is of a moment after this. */
  askNow(): void {
    void this.#ask(true);
  }

  async #ask(isAsked: boolean): Promise<void> {
    const asOf = this.#handlers.moves();
    try {
      const waits = await this.#handlers.ask(this.#handlers.calls());
      if (isAsked || this.#isOn) this.#handlers.onWaits(waits, isAsked, asOf);
    } catch (error) {
      this.#handlers.onError(error as Error);
    }
  }
}
