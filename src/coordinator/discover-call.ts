// RunnerService's Discover: what spans there are, as events.
import type { DiscoverEvent, DiscoverRequest } from "../gen/spangate/v1/runner.js";
import { seenToWire } from "../wire/discovery.js";
import type { Coordinator } from "./coordinator.js";
import type { Finding } from "./discoveries.js";
import type { Listener } from "./listeners.js";
import { Teller } from "./teller.js";
import { agentToWire, leftToWire } from "./watch-call.js";

/**
 * @returns what ends it
 * @throws {SpangateError} as {@link Coordinator.discover} does
 */
export function discoverCall(
  coordinator: Coordinator,
  request: DiscoverRequest,
  listener: Listener<DiscoverEvent>,
): () => void {
  let isOver = false;
  const teller = new Teller<DiscoverEvent>((events) => {
    if (!isOver) listener.onEvents(events);
  });
  const leave = coordinator.discover(request, {
    find: (finding) => teller.add({ event: findingToWire(finding) }),
    end: () => {
      teller.flush();
      listener.onEnd();
    },
  });
  return () => {
    isOver = true;
    leave();
  };
}

function findingToWire(finding: Finding): DiscoverEvent["event"] {
  switch (finding.type) {
    case "begun":
      return { $case: "begun", value: { silent: finding.silent.map(({ instance }) => instance) } };
    case "attached":
      return { $case: "attached", value: agentToWire(finding.agent) };
    case "left":
      return { $case: "left", value: leftToWire(finding.agent, finding.departure) };
    case "seen":
      return { $case: "seen", value: seenToWire(finding) };
    case "told":
      return { $case: "told", value: {} };
  }
}
