// The flows that stand at a gate of this thread.
import type { AgentLink, LinkEvent } from "../link/agent-link.js";
import { Latch } from "./latch.js";

/** One flow that waits for its release. */
export class Hold extends Latch {
  readonly #withdraw: (hold: Hold, reason: string) => void;

  constructor(withdraw: (hold: Hold, reason: string) => void) {
    super();
    this.#withdraw = withdraw;
  }

  /** Nobody waits here any more: the coordinator forgets the hold, and the flow goes on. */
  withdraw(reason: string): void {
    if (!this.isOpen) this.#withdraw(this, reason);
  }
}

/** Withdraws what a call waits for, where that is a hold and still stands. */
export function withdraw(latch: Latch | undefined, reason: string): void {
  if (latch instanceof Hold) latch.withdraw(reason);
}

/**
 * A hold, and what is waited for behind it. Once it is withdrawn nothing comes behind it.
 * @param onWithdrawn called before what stands then is withdrawn
 */
export function followedBy(first: Latch, next: () => Latch | undefined, onWithdrawn = (): void => {}): Hold {
  let current = first;
  let isWithdrawn = false;
  const both = new Hold((_, reason) => {
    isWithdrawn = true;
    onWithdrawn();
    withdraw(current, reason);
  });
  first.whenOpen(() => {
    const then = isWithdrawn ? undefined : next();
    if (!then) return both.open();
    current = then;
    then.whenOpen(() => both.open());
  });
  return both;
}

export class Holds {
  readonly #link: AgentLink;
  readonly #waiting = new Map<number, Hold>();

  constructor(link: AgentLink) {
    this.#link = link;
  }

  /** @param arrival what is told of it, given the hold's id */
  hold(arrival: (id: number) => readonly LinkEvent[]): Hold | undefined {
    if (!this.#link.isAttached) return undefined;
    const id = this.#link.arrive(arrival);
    const hold = new Hold((_, reason) => {
      this.#link.post({ $case: "withdrawn", value: { id, reason } });
      this.release([id]);
    });
    this.#waiting.set(id, hold);
    // Nothing else may keep the process alive while a flow waits.
    this.#link.keepAlive(true);
    return hold;
  }

  release(ids: Iterable<number>): void {
    for (const id of ids) {
      const hold = this.#waiting.get(id);
      this.#waiting.delete(id);
      hold?.open();
    }
    if (this.#waiting.size === 0) this.#link.keepAlive(false);
  }

  /** The coordinator is gone. */
  releaseAll(): void {
    this.release([...this.#waiting.keys()]);
  }
}
