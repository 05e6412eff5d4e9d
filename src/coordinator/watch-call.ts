// RunnerService's Watch: what is seen of all runs, as events.
import type { Departure } from "../core/departure.js";
import type {
  AgentInfo,
  AgentLeft,
  WatchEvent,
  WatchRequest,
  Arrival as WireArrival,
} from "../gen/spangate/v1/runner.js";
import { queueMicrotask, wallClock } from "../real-time.js";
import { arrivalToWire } from "../wire/runs.js";
import { modeToWire } from "../wire/spans.js";
import { stepToWire } from "../wire/steps.js";
import type { Agent } from "./agents.js";
import type { Coordinator } from "./coordinator.js";
import type { Listener } from "./listeners.js";
import { Teller } from "./teller.js";
import type { Sight, Standing } from "./watchers.js";

/** @returns what ends it */
export function watchCall(
  coordinator: Coordinator,
  { closed }: WatchRequest,
  listener: Listener<WatchEvent>,
): () => void {
  let isOver = false;
  const teller = new Teller<WatchEvent>((events) => {
    if (!isOver) listener.onEvents(events);
  });
  const watcher = {
    see: (sight: Sight) => teller.add({ atMs: wallClock(), event: sightToWire(sight) }),
    end: () => {
      teller.flush();
      listener.onEnd();
    },
  };
  const leave = coordinator.watch(watcher, closed);
  // What is there waits for nothing; but the listener is not called before this returns.
  queueMicrotask(() => teller.flush());
  return () => {
    isOver = true;
    leave();
  };
}

export function standingToWire({ runId, arrival, sinceMs }: Standing): WireArrival {
  return { ...arrivalToWire(arrival), runId, sinceMs };
}

export function agentToWire({ instance, service, pid, thread, modes, versions, ports }: Agent): AgentInfo {
  return { instance, service, pid, thread, versions, modes: modes.map(modeToWire), ports: [...ports] };
}

export function leftToWire(agent: Agent, { how, reason }: Departure): AgentLeft {
  return { agent: agentToWire(agent), died: how !== "in order", reason };
}

function sightToWire(sight: Sight): WatchEvent["event"] {
  switch (sight.type) {
    case "attached":
      return { $case: "attached", value: agentToWire(sight.agent) };
    case "left":
      return { $case: "left", value: leftToWire(sight.agent, sight.departure) };
    case "runOpened":
      return { $case: "runOpened", value: { runId: sight.runId, starters: [...sight.starters] } };
    case "runClosed":
      return { $case: "runClosed", value: { runId: sight.runId, failure: sight.failure } };
    case "held":
    case "released":
      return { $case: sight.type, value: standingToWire(sight.standing) };
    case "byHand":
      return { $case: "byHand", value: { on: sight.isOn } };
    case "move":
      return { $case: "step", value: stepToWire(sight.runId, sight.number, sight.move) };
    case "withdrawn":
      return { $case: "withdrawn", value: { arrival: standingToWire(sight.standing), reason: sight.reason } };
  }
}
