import { randomBytes } from "node:crypto";

/** What an actor carries: as HTTP headers, or as TRACEPARENT and BAGGAGE in a process's environment. */
export interface Identity {
  readonly actor: string;
  readonly traceId: string;
  /** W3C trace context, sampled. */
  readonly traceparent: string;
  /** W3C baggage with `spangate.run` and `spangate.actor`. */
  readonly baggage: string;
}

export function newIdentity(runId: string, actor: string): Identity {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  return {
    actor,
    traceId,
    traceparent: `00-${traceId}-${spanId}-01`,
    baggage: `spangate.run=${runId},spangate.actor=${encodeURIComponent(actor)}`,
  };
}
