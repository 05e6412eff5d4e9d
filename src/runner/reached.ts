// What a step tells a test.
import type { AttributeValue, Reached as CoreReached, HoldMode, SpanKind } from "../core/model.js";
import type { Checkpoint } from "./checkpoint.js";

/** A checkpoint of the order whose step is complete. */
export interface Reached {
  /** The checkpoint as the order lists it. */
  readonly checkpoint: Checkpoint;
  /** False for an `ifReached()` checkpoint that did not come. */
  readonly reached: boolean;
  /** The span at which the actor stands; absent for `started`, `finished` and what was not reached. */
  readonly arrival: ReachedArrival | undefined;
  /** With `together`: all checkpoints of the step, this one too. */
  readonly all: readonly Omit<Reached, "all">[];
}

/** Where an actor stands. */
export interface ReachedArrival {
  /** The span's name at this moment. */
  readonly span: string;
  readonly kind: SpanKind;
  readonly service: string;
  readonly pid: number;
  readonly mode: HoldMode;
  /** Those attributes that the order's checkpoints ask for. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** `undefined` when nothing was reached: the run has ended. */
export function toReached(outcomes: readonly CoreReached[], order: readonly Checkpoint[]): Reached | undefined {
  const all = outcomes.flatMap(({ checkpoint, reached, arrival }) => {
    const listed = order[checkpoint.index];
    if (!listed) return [];
    const { span, agent, mode } = arrival ?? {};
    const told = span &&
      agent &&
      mode && {
        span: span.name,
        kind: span.kind,
        service: agent.service,
        pid: agent.pid,
        mode,
        attributes: span.attributes,
      };
    return [{ checkpoint: listed, reached, arrival: told }];
  });
  const [first] = all;
  return first && { ...first, all };
}
