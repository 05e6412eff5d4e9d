// Calls on one connection keep their sequence: what comes after a call that was put off waits behind it.
import { Latch } from "./latch.js";

export class Lines {
  readonly #last = new WeakMap<object, Latch>();
  #waiting = 0;

  /** True when no call waits anywhere. */
  get areEmpty(): boolean {
    return this.#waiting === 0;
  }

  /**
   * Stands in line.
   * @param owner whose calls keep their sequence, such as a connection
   * @param hold what this call itself waits for
   * @returns opens when it is this call's turn; `undefined` when that is now
   */
  enter(owner: object, hold: Latch | undefined): Latch | undefined {
    const ahead = this.#last.get(owner);
    if (!ahead && !hold) return undefined;
    const turn = new Latch();
    this.#waiting += 1;
    this.#last.set(owner, turn);
    const go = () => {
      if (this.#last.get(owner) === turn) this.#last.delete(owner);
      this.#waiting -= 1;
      turn.open();
    };
    const waitForOwn = () => (hold ? hold.whenOpen(go) : go());
    if (ahead) ahead.whenOpen(waitForOwn);
    else waitForOwn();
    return turn;
  }
}
