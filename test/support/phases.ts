/** The phases of a hold as the fixtures tell them from outside: the phase, an event, and how often it is told by then. */
export const phases = [
  { phase: "attaching", event: "attaching", count: 1 },
  { phase: "before", event: "entered", count: 2 },
  { phase: "held", event: "held", count: 1 },
  { phase: "running", event: "running", count: 2 },
] as const;
