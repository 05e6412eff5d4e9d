// A link between machines that is cut tells nobody: no word comes, and nothing else. So who has such a link says "I am here"
// again and again, and counts how often nothing came back. Counted, not timed: a process that stood still itself has heard
// nothing either, and must not blame the other side.

/** How often a ping is sent, in milliseconds. */
export const pingMs = 2_000;
/** After so many pings in a row without any answer a link counts as cut. */
export const silentPings = 5;
/** In seconds: the shortest time in which that happens; a ping more is the longest. */
const silentSeconds = (pingMs * silentPings) / 1_000;

/** Why a link was given up. */
export const lostLink = `nothing was heard of it for ${silentSeconds} seconds: the link to its machine is cut, or that machine stands still`;

/** Counts how often in a row nothing was heard. */
export class Silence {
  #heard = 0;
  #pings = 0;

  /**
   * @param heard how much has been heard so far, in whatever unit
   * @returns true when it has lasted too long
   */
  ping(heard: number): boolean {
    this.#pings = heard === this.#heard ? this.#pings + 1 : 0;
    this.#heard = heard;
    return this.#pings >= silentPings;
  }
}
