// How long a run waits where nobody says otherwise, in milliseconds.
export const defaultLimits = { stepTimeoutMs: 5_000, stallMs: 1_000 } as const;

/** What a run may have, so that no mistake and no stranger fills the memory of who keeps it. */
export const runLimits = {
  starters: 2_000,
  checkpoints: 10_000,
  /** Conditions on attributes of one checkpoint. */
  attributes: 16,
  /** Characters of an expression or a glob. */
  pattern: 1_000,
  /** Characters of a text that is meant to the letter, and of a name. */
  text: 4_096,
} as const;

/** What a coordinator keeps at once. */
export const coordinatorLimits = {
  runs: 500,
  /** Runs that were closed, whose events can still be read. */
  closedRuns: 5,
  /** Spans that passed, of one run, for those who come late. */
  passed: 10_000,
  agents: 1_000,
  /** Those who ask what spans there are. */
  discoveries: 100,
  /** Attributes whose values one of them may ask for. */
  discoveredValues: 16,
  /** Bytes of a message that it takes. */
  message: 1 << 20,
  /** Calls of one connection under way, twice as many as runs can use. */
  streams: 2_048,
} as const;
