// What goes through the port between a thread and its link's worker.
import type { MessagePort } from "node:worker_threads";
import type { DiscoveryRequest } from "../../src/core/discovery.js";
import type { ActorRules } from "../../src/core/model.js";
import type { Way } from "./way.js";

export interface WorkerData {
  readonly shared: SharedArrayBuffer;
  readonly port: MessagePort;
  readonly way: Way;
  readonly spawned: boolean;
  /** When the thread stops waiting for an answer, as Date.now() tells it. */
  readonly deadline: number;
  /** The Hello event, encoded. */
  readonly hello: Uint8Array;
}

/** From the thread to the worker, in place of a message: its own stream broke. */
export const secondStreamBroke = "second stream broke";

/** From the worker to the thread. */
export type News =
  | { readonly type: "welcome"; readonly instance: string; readonly key: string }
  | {
      readonly type: "rules";
      readonly actors: readonly ActorRules[];
      readonly discovery: DiscoveryRequest | undefined;
    }
  | { readonly type: "sync"; readonly number: number }
  /** Flows that may go on. */
  | { readonly type: "released"; readonly ids: readonly number[] }
  /** The coordinator is gone, or says that all is over. */
  | { readonly type: "gone" }
  | { readonly type: "failed"; readonly reason: string };
