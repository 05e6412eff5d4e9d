// What a request's handler is told, in sequence. An end that has come with its head in one piece is held with it: who
// awaits only the head would go on otherwise. What comes later flows.
import type { Frame } from "../frames.js";

export class Telling {
  readonly #frame: Frame;
  readonly #onError: (error: unknown) => void;
  #waiting: (() => void)[] | undefined;

  /** @param onError takes what a late call throws */
  constructor(frame: Frame, onError: (error: unknown) => void) {
    this.#frame = frame;
    this.#onError = onError;
  }

  /** The head: told once this synchronous stretch is over. */
  head(tell: () => void): void {
    this.#waiting = [tell];
    queueMicrotask(() => this.#go());
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
    const latch = this.#frame.end;
    if (!this.#waiting && (!latch || latch.isOpen)) return false;
    this.#waiting ??= [];
    this.#waiting.push(tell);
    latch?.whenOpen(() => this.#go());
    return true;
  }

  #go(): void {
    const latch = this.#frame.end;
    if (latch && !latch.isOpen) return;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const [at, tell] of waiting.entries()) {
      try {
        tell();
      } catch (error) {
        waiting.length = at;
        this.#onError(error);
      }
    }
  }
}
