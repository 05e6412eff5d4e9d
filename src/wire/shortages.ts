// What agents tell of pools and sockets that have none left, between the wire and the core.
import type { AgentRef } from "../core/model.js";
import type { Shortage, Use } from "../core/surroundings.js";
import type { Shortage as WireShortage, Use as WireUse } from "../gen/spangate/v1/model.js";
import { spanFromWire } from "./spans.js";

export type { WireShortage };

type UseOfRun = Use & { readonly runId: string };

/** As an agent tells it: the actors may be of several runs. */
export interface ToldShortage extends Omit<Shortage, "waiting" | "kept"> {
  readonly waiting: UseOfRun;
  readonly kept: readonly UseOfRun[];
}

export function shortageFromWire({ waiting, kept, ...figures }: WireShortage, agent: AgentRef): ToldShortage {
  const read = (use: WireUse | undefined): UseOfRun => ({
    ...{ runId: use?.runId ?? "", actor: use?.actor ?? "", agent },
    span: spanFromWire(use?.span),
  });
  return { ...figures, waiting: read(waiting), kept: kept.map(read) };
}

/** What of that concerns a run: what is kept by another's actors is in use by nobody whom it knows. */
export function shortagesOf(run: string, told: readonly ToldShortage[]): readonly Shortage[] {
  return told
    .filter(({ waiting }) => waiting.runId === run)
    .map((shortage) => ({ ...shortage, kept: shortage.kept.filter(({ runId }) => runId === run) }));
}
