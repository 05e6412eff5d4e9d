// Numbers that look random and are the same for the same seed: mulberry32 (Tommy Ettinger, 2017).

export class Random {
  #state: number;

  /** @param seeds a whole number each; all of them count */
  constructor(...seeds: readonly number[]) {
    this.#state = 0;
    for (const seed of seeds) this.#state = Math.imul(this.#state ^ seed, 0x9e3779b1) ^ (seed >>> 16);
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from 0 to below the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<It>(items: readonly It[]): It {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("Nothing to pick from.");
    return item;
  }

  /** Some of the items, in their sequence; at least one. */
  some<It>(items: readonly It[]): readonly It[] {
    const kept = items.filter(() => this.chance(0.5));
    return kept.length > 0 ? kept : [this.pick(items)];
  }

  /** All lists in one, each in its own sequence. */
  merge<It>(lists: readonly (readonly It[])[]): readonly It[] {
    const rest = lists.map((list) => [...list]);
    const merged: It[] = [];
    for (
      let left = rest.filter((list) => list.length > 0);
      left.length > 0;
      left = left.filter((it) => it.length > 0)
    ) {
      const [item] = this.pick(left).splice(0, 1);
      if (item !== undefined) merged.push(item);
    }
    return merged;
  }
}
