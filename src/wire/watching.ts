// What is seen of all runs, between the wire and those who look on.
import type { Arrival, HoldMode } from "../core/model.js";
import type { WatchEvent, AgentInfo as WireAgent, Arrival as WireArrival } from "../gen/spangate/v1/runner.js";
import { arrivalFromWire } from "./runs.js";
import { modeFromWire } from "./spans.js";
import { type SeenStep, stepFromWire } from "./steps.js";

/** An actor that stands at a gate, of whichever run. */
export interface Hold {
  readonly runId: string;
  readonly arrival: Arrival;
  /** Since when, in milliseconds since 1970 by the coordinator's clock. */
  readonly sinceMs: number;
}

/** An attached thread of a process under test. */
export interface AttachedAgent {
  readonly instance: string;
  readonly service: string;
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  readonly modes: readonly HoldMode[];
  readonly versions: Readonly<Record<string, string>>;
  /** The TCP ports that it is known to listen on. */
  readonly ports: readonly number[];
}

/** Something that came or went; `atMs` in milliseconds since 1970 by the coordinator's clock. */
export type Watched = { readonly atMs: number } & (
  | { readonly type: "attached"; readonly agent: AttachedAgent }
  | { readonly type: "left"; readonly agent: AttachedAgent; readonly died: boolean; readonly reason: string }
  | { readonly type: "runOpened"; readonly runId: string; readonly starters: readonly string[] }
  | { readonly type: "runClosed"; readonly runId: string; readonly failure: string }
  | { readonly type: "held" | "released"; readonly hold: Hold }
  | { readonly type: "withdrawn"; readonly hold: Hold; readonly reason: string }
  | { readonly type: "byHand"; readonly isOn: boolean }
  | { readonly type: "step"; readonly step: SeenStep }
);

export function holdFromWire(wire: WireArrival | undefined): Hold {
  return { runId: wire?.runId ?? "", arrival: arrivalFromWire(wire), sinceMs: wire?.sinceMs ?? 0 };
}

export function agentFromWire(wire: WireAgent | undefined): AttachedAgent {
  const { instance = "", service = "", pid = 0, thread = 0, modes = [], versions = {}, ports = [] } = wire ?? {};
  return { instance, service, pid, thread, modes: modes.map(modeFromWire), versions, ports };
}

/** Empty for an event that this version does not know. */
export function watchedFromWire({ atMs, event }: WatchEvent): Watched[] {
  switch (event?.$case) {
    case "attached":
      return [{ type: "attached", agent: agentFromWire(event.value), atMs }];
    case "left": {
      const { agent, died, reason } = event.value;
      return [{ type: "left", agent: agentFromWire(agent), died, reason, atMs }];
    }
    case "runOpened":
      return [{ type: "runOpened", ...event.value, atMs }];
    case "runClosed":
      return [{ type: "runClosed", ...event.value, atMs }];
    case "held":
    case "released":
      return [{ type: event.$case, hold: holdFromWire(event.value), atMs }];
    case "withdrawn":
      return [{ type: "withdrawn", hold: holdFromWire(event.value.arrival), reason: event.value.reason, atMs }];
    case "byHand":
      return [{ type: "byHand", isOn: event.value.on, atMs }];
    case "step":
      return [{ type: "step", step: stepFromWire(event.value), atMs }];
    case undefined:
      return [];
  }
}
