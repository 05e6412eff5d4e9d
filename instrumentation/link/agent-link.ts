// What an agent needs of its way to a coordinator.
import type { DiscoveryRequest } from "../../src/core/discovery.js";
import type { ActorRules } from "../../src/core/model.js";
import type { AgentEvent } from "../../src/wire/here.js";
import type { WireShortage } from "../../src/wire/shortages.js";

export type LinkEvent = AgentEvent;

export interface LinkEvents {
  /** @param discovery set while somebody asks what spans there are */
  onRules(actors: readonly ActorRules[], discovery: DiscoveryRequest | undefined): void;
  /**
   * Tell all you know: the link answers then. Called from the event loop.
   * @returns what actors wait for now, for the answer
   */
  onSync(): readonly WireShortage[];
  /** Flows may go on. */
  onReleased(ids: readonly number[]): void;
  /** There is no coordinator any more: nothing may stay held. */
  onGone(): void;
}

export interface AgentLink {
  /** True while there is a coordinator to hold for. */
  readonly isAttached: boolean;
  /** Why no thread can be held here; `undefined` where one can. */
  readonly refusesThreads: string | undefined;
  /** A word that changes with everything that {@link readNews} would take in. */
  readonly newsWord: Int32Array;
  /** Takes in what the coordinator has told since the last call. */
  readNews(): void;
  /** Sends an event without waiting. */
  post(event: LinkEvent): void;
  /**
   * Blocks the thread until an arrival is released or the coordinator is gone.
   * @param arrival the events of the arrival that gets this id
   */
  hold(arrival: (id: number) => readonly LinkEvent[]): void;
  /**
   * Tells of an arrival that waits in its flow; `onReleased` gets its id.
   * @param arrival the events of the arrival that gets this id
   */
  arrive(arrival: (id: number) => readonly LinkEvent[]): number;
  /** While true, the link keeps the process running: it waits for an answer. */
  keepAlive(isWaiting: boolean): void;
}
