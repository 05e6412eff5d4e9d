// An actor's calls on one connection keep their sequence: what comes after a call that was put off waits behind it.
// Calls of others pass: for them, the call that was put off has not been made yet. When a run is over its actors are
// nobody any more, and calls that were put off are just about to be made: then nobody's calls wait behind them.
import { queueMicrotask } from "../real-time.js";
import { Latch } from "./latch.js";

/** Whose calls stand in line. */
export interface Caller {
  /** True when its run is over. */
  readonly isOver?: boolean;
}

export class Lines {
  readonly #byOwner = new WeakMap<object, Map<Caller, Latch>>();
  #waiting = 0;

  /** True when no call waits anywhere. */
  get areEmpty(): boolean {
    return this.#waiting === 0;
  }

  /**
   * Stands in line.
   * @param callers none for a call of no actor; several for one that ends what several have begun
   * @param owner whose calls keep their sequence, such as a connection
   * @param hold what this call itself waits for
   * @returns opens when it is this call's turn; `undefined` when that is now
   */
  enter(callers: Iterable<Caller>, owner: object, hold: Latch | undefined): Latch | undefined {
    const own = new Set(callers);
    const lines = this.#byOwner.get(owner) ?? new Map<Caller, Latch>();
    const joined = [...lines].filter(([it]) => own.has(it) || it.isOver);
    const ahead = joined.map(([, latch]) => latch).reduce<Latch | undefined>(Latch.both, undefined);
    if (!ahead && !hold) return undefined;
    const turn = new Latch();
    // Opens when the call has been made, which is a microtask after its turn has come.
    const made = new Latch();
    const places = new Set([...own, ...joined.map(([it]) => it)]);
    this.#waiting += 1;
    this.#byOwner.set(owner, lines);
    for (const place of places) lines.set(place, made);
    const go = () => {
      turn.open();
      queueMicrotask(() => {
        for (const place of places) if (lines.get(place) === made) lines.delete(place);
        this.#waiting -= 1;
        made.open();
      });
    };
    const waitForOwn = () => (hold ? hold.whenOpen(go) : go());
    if (ahead) ahead.whenOpen(waitForOwn);
    else waitForOwn();
    return turn;
  }
}
