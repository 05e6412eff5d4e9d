// Events of one sender that come by two ways, in the sequence in which they were sent.

/** How many may come before the one that is missing. */
const earlyLimit = 10_000;

export class Sequence<Event> {
  readonly #take: (event: Event) => void;
  readonly #early = new Map<number, Event>();
  #next = 1;

  /** @param take receives every event once, in sequence */
  constructor(take: (event: Event) => void) {
    this.#take = take;
  }

  /**
   * @param place from 1; one that was taken before is ignored
   * @returns false when too many wait for a missing one
   */
  put(place: number, event: Event): boolean {
    if (place < this.#next) return true;
    this.#early.set(place, event);
    for (let next = this.#early.get(this.#next); next !== undefined; next = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#next += 1;
      this.#take(next);
    }
    return this.#early.size <= earlyLimit;
  }
}
