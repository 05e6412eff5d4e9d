// Who stands where, from what was recorded.
import { describePlace } from "../../core/describe.js";
import type { Entry } from "../../core/happenings.js";
import type { Arrival } from "../../core/model.js";
import type { Standing } from "./events.js";

export function standingOf(entries: readonly Entry[]): readonly Standing[] {
  const holds = new Map<string, Arrival>();
  for (const entry of entries) {
    if (entry.type === "held") holds.set(keyOf(entry.arrival), entry.arrival);
    else if (entry.type === "released" || entry.type === "withdrawn") holds.delete(keyOf(entry.arrival));
  }
  return [...holds.values()].map(({ actor, phase, span, agent: { service, pid } }) => {
    return { actor, place: describePlace(phase, span), service, pid };
  });
}

function keyOf({ agent, id }: Arrival): string {
  return `${agent.instance} ${id}`;
}
