// An agent's clock beside the coordinator's. Both only go forward. Mostly they are one: all processes of a machine read the
// same. Elsewhere nothing is known of their starts: what lies between an agent's "now" and its coming here is their
// difference and the way. The shortest way seen is next to nothing, unless the coordinator was busy all the time.

/** No message of a process of this machine takes longer than that, in milliseconds; another machine's clock is hardly so near. */
const nearMs = 1_000;
/** How exactly a process knows its machine's clock. */
const exactMs = 0.1;

export class AgentClock {
  /** Once something came before it was told, the clocks are two. */
  #isOne: "unknown" | "yes" | "no" = "unknown";
  #differenceMs = Number.POSITIVE_INFINITY;
  #comparedMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /**
   * Something has come.
   * @param toldMs when the agent told it, by its own clock, read as if it were ours
   * @param nowMs by ours
   */
  compare(toldMs: number, nowMs: number): void {
    const wayMs = nowMs - toldMs;
    if (wayMs < -exactMs) this.#isOne = "no";
    else if (this.#isOne === "unknown" && wayMs < nearMs) this.#isOne = "yes";
    if (Number.isFinite(toldMs)) this.#differenceMs = Math.min(this.#differenceMs, wayMs);
    this.#comparedMs = nowMs;
  }

  /** A time of the agent's by our clock, whenever it was. */
  read(theirMs: number): number {
    return theirMs + (this.#isOne === "yes" ? 0 : this.#differenceMs);
  }

  /**
   * A time of the agent's by our clock: never before one that was asked for earlier, never after the last comparison.
   * @param theirMs what the agent has told, in the sequence in which it happened
   */
  toOurs(theirMs: number): number {
    const oursMs = Math.max(this.read(theirMs), this.#lastMs);
    this.#lastMs = Number.isFinite(oursMs) ? Math.min(oursMs, this.#comparedMs) : this.#comparedMs;
    return this.#lastMs;
  }
}
