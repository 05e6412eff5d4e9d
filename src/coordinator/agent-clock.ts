// An agent's clock beside the coordinator's. Both only go forward, and nothing is known of their starts: what lies between
// an agent's "now" and its coming here is their difference and the way. The shortest way seen is next to nothing.

export class AgentClock {
  #differenceMs = Number.POSITIVE_INFINITY;
  #comparedMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /**
   * Something has come.
   * @param toldMs when the agent told it, by its own clock
   * @param nowMs by ours
   */
  compare(toldMs: number, nowMs: number): void {
    if (Number.isFinite(toldMs)) this.#differenceMs = Math.min(this.#differenceMs, nowMs - toldMs);
    this.#comparedMs = nowMs;
  }

  /**
   * A time of the agent's by our clock: never before one that was asked for earlier, never after the last comparison.
   * @param theirMs what the agent has told, in the sequence in which it happened
   */
  toOurs(theirMs: number): number {
    const oursMs = Math.max(theirMs + this.#differenceMs, this.#lastMs);
    this.#lastMs = Number.isFinite(oursMs) ? Math.min(oursMs, this.#comparedMs) : this.#comparedMs;
    return this.#lastMs;
  }
}
