// How long a run waits where nobody says otherwise, in milliseconds.
export const defaultLimits = { stepTimeoutMs: 5_000, stallMs: 1_000 } as const;
