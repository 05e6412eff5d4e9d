// What a request's handler is told, in sequence. An end that has come with its head in one piece is held with it: who
// awaits only the head would go on otherwise. What comes later flows.
import { queueMicrotask } from "../../real-time.js";
import type { Frame } from "../frames.js";
import { withdraw } from "../holds.js";

export interface Listener {
  /** True while it wants to hear no more: it asks for the rest by {@link Telling.goOn}. */
  isPaused(): boolean;
  /** Takes what a late call throws, and why the rest is not told any more. */
  fail(error: unknown): void;
}

export class Telling {
  readonly #frame: Frame;
  readonly #listener: Listener;
  #waiting: (() => void)[] | undefined;
  #isTelling = false;

  constructor(frame: Frame, listener: Listener) {
    this.#frame = frame;
    this.#listener = listener;
  }

  /** A head: told once this synchronous stretch is over. A response may have several, all but the last of them 1xx. */
  head(tell: () => void): void {
    if (this.#waiting) return void this.#waiting.push(tell);
    this.#waiting = [tell];
    queueMicrotask(() => this.goOn());
  }

  /** @returns false when it must wait behind the head */
  isOpen(): boolean {
    return this.#waiting === undefined;
  }

  later(tell: () => void): void {
    this.#waiting?.push(tell);
  }

  /** The end: told once its hold is released. @returns false when that is now */
  end(tell: () => void): boolean {
    if (!this.#waiting && !this.#isHeld) return false;
    this.#waiting ??= [];
    this.#waiting.push(tell);
    this.#frame.end?.whenOpen(() => this.goOn());
    return true;
  }

  /** Tells what waits, unless it is held or not wanted yet. */
  goOn(): void {
    if (this.#isTelling || this.#isHeld) return;
    this.#isTelling = true;
    try {
      while (this.#waiting && !this.#listener.isPaused()) {
        const tell = this.#waiting.shift();
        if (tell) tell();
        else this.#waiting = undefined;
      }
    } catch (error) {
      this.#failWith(error);
    } finally {
      this.#isTelling = false;
    }
  }

  /** Nobody wants to hear the rest: the hold is withdrawn, and the handler told why. */
  giveUp(reason: unknown): void {
    if (!this.#waiting) return;
    withdraw(this.#frame.end, "the request was aborted");
    this.#failWith(reason);
  }

  get #isHeld(): boolean {
    const latch = this.#frame.end;
    return latch !== undefined && !latch.isOpen;
  }

  #failWith(error: unknown): void {
    this.#waiting = undefined;
    this.#listener.fail(error);
  }
}
