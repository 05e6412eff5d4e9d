// What agents tell a coordinator of this process, counted: that a run proves something. The interleaving tells neither
// all that passed nor what could not be held.
import { AgentSession } from "../../dist/coordinator/agent-session.js";

export interface Counts {
  readonly agents: number;
  /** Held, and released at once. */
  readonly held: number;
  readonly passed: number;
  /** How often a matching span could not be held, by the reason. */
  readonly refused: ReadonlyMap<string, number>;
}

/** Begins to count. @returns what ends it, with what was counted */
export function countEvents(): () => Counts {
  const counts = { agents: 0, held: 0, passed: 0, refused: new Map<string, number>() };
  const receive = AgentSession.prototype.receive;
  AgentSession.prototype.receive = function (request) {
    const { event } = request;
    if (event?.$case === "hello") counts.agents += 1;
    if (event?.$case === "arrived") counts.held += 1;
    if (event?.$case === "passed") counts.passed += event.value.spans.length + event.value.dropped;
    if (event?.$case === "unsupported") {
      const { span, reason } = event.value;
      const key = `${span?.scope}: ${brief(reason)}`;
      counts.refused.set(key, (counts.refused.get(key) ?? 0) + 1);
    }
    receive.call(this, request);
  };
  return () => {
    AgentSession.prototype.receive = receive;
    return counts;
  };
}

export function sumOf(one: Counts | undefined, other: Counts): Counts {
  if (!one) return other;
  const refused = new Map(one.refused);
  for (const [reason, count] of other.refused) refused.set(reason, (refused.get(reason) ?? 0) + count);
  return {
    agents: one.agents + other.agents,
    held: one.held + other.held,
    passed: one.passed + other.passed,
    refused,
  };
}

function brief(reason: string): string {
  return reason.replace(/^.* cannot be held there: | Hold the thread.*$/g, "").replace(/"[^"]*"/g, "…");
}
