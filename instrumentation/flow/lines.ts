// An actor's calls on one connection keep their sequence: what comes after a call that was put off waits behind it.
// Calls of others pass: for them, the call that was put off has not been made yet.
import { Latch } from "./latch.js";

export class Lines {
  readonly #last = new WeakMap<object, WeakMap<object, Latch>>();
  #waiting = 0;

  /** True when no call waits anywhere. */
  get areEmpty(): boolean {
    return this.#waiting === 0;
  }

  /**
   * Stands in line.
   * @param actor who calls
   * @param owner whose calls keep their sequence, such as a connection
   * @param hold what this call itself waits for
   * @returns opens when it is this call's turn; `undefined` when that is now
   */
  enter(actor: object, owner: object, hold: Latch | undefined): Latch | undefined {
    const last = this.#linesOf(actor);
    const ahead = last.get(owner);
    if (!ahead && !hold) return undefined;
    const turn = new Latch();
    // Opens when the call has been made, which is a microtask after its turn has come.
    const made = new Latch();
    this.#waiting += 1;
    last.set(owner, made);
    const go = () => {
      turn.open();
      queueMicrotask(() => {
        if (last.get(owner) === made) last.delete(owner);
        this.#waiting -= 1;
        made.open();
      });
    };
    const waitForOwn = () => (hold ? hold.whenOpen(go) : go());
    if (ahead) ahead.whenOpen(waitForOwn);
    else waitForOwn();
    return turn;
  }

  #linesOf(actor: object): WeakMap<object, Latch> {
    const known = this.#last.get(actor);
    if (known) return known;
    const lines = new WeakMap<object, Latch>();
    this.#last.set(actor, lines);
    return lines;
  }
}
