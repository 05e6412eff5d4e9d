// A gateway and the agent of its own process are of layers that do not import each other: they find each other here.
import type { Departure } from "../core/departure.js";
import type { AttachRequest, AttachResponse } from "../gen/spangate/v1/agent.js";

export type AgentEvent = NonNullable<AttachRequest["event"]>;
export type AgentCommand = NonNullable<AttachResponse["command"]>;

/** A coordinator's side of an agent that lives in its own process. */
export interface HereSession {
  /** @throws when the event breaks the protocol */
  receive(request: { readonly event: AgentEvent }): void;
  end(departure: Departure): void;
}

/** The agent of this very process. */
export interface HereAgent {
  /**
   * Attaches it to one more coordinator of this process.
   * @param service the name under which this process is a service there
   */
  attach(service: string, open: (send: (command: AgentCommand) => void) => HereSession): void;
  /** Runs a function whose spans, and whatever it calls, belong to the actor of these headers. */
  runAs<T>(headers: Readonly<Record<string, string>>, action: () => T): T;
  /** Runs a function whose calls are none of the application's: they make no spans. */
  apart<T>(action: () => T): T;
}

// By the symbol's name, because the two sides may be loaded from a bundle and from modules.
const place = Symbol.for("spangate.here");
const known = globalThis as { [place]?: HereAgent };

/** `undefined` where `spangate/here` was not loaded. */
export function hereAgent(): HereAgent | undefined {
  return known[place];
}

export function offerHere(agent: HereAgent): void {
  known[place] = agent;
}
