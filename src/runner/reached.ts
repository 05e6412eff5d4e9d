// What a step tells a test.
import { inspect } from "node:util";
import type { Arrival, AttributeValue, Reached as CoreReached, HoldMode, SpanKind } from "../core/model.js";
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
  /** OpenTelemetry's kind of the span. */
  readonly kind: SpanKind;
  /** The service in which it stands. */
  readonly service: string;
  /** The process in which it stands. */
  readonly pid: number;
  /** How it is held: its whole thread, or its flow alone. */
  readonly mode: HoldMode;
  /** Those attributes that the order's checkpoints ask for. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** `undefined` when nothing was reached: the run has ended. */
export function toReached(outcomes: readonly CoreReached[], order: readonly Checkpoint[]): Reached | undefined {
  const all = outcomes.flatMap(({ checkpoint, reached, arrival }) => {
    const listed = order[checkpoint.index];
    if (!listed) return [];
    const told = { checkpoint: listed, reached, arrival: arrival && toArrival(arrival) };
    return [inspectedAs(told, () => describeOutcome(told))];
  });
  const [first] = all;
  return first && inspectedAs({ ...first, all }, () => all.map(describeOutcome).join(", together with "));
}

function toArrival({ span: { name, kind, attributes }, agent: { service, pid }, mode }: Arrival): ReachedArrival {
  return { span: name, kind, service, pid, mode, attributes };
}

type Outcome = Omit<Reached, "all">;

function describeOutcome({ checkpoint, reached, arrival }: Outcome): string {
  return `${String(checkpoint)} ${reached ? "reached" : "not reached"}${arrival ? `: ${describeArrival(arrival)}` : ""}`;
}

function describeArrival({ span, kind, service, pid, mode, attributes }: ReachedArrival): string {
  const options = { breakLength: Number.POSITIVE_INFINITY, maxStringLength: 100 };
  const told = Object.keys(attributes).length > 0 ? ` ${inspect(attributes, options)}` : "";
  return `${span}${told} (${kind}) in ${service} (pid ${pid}), its ${mode} held`;
}

// One line in a console. Not enumerable: a test that compares what a step told compares the facts.
function inspectedAs<T extends object>(told: T, describe: () => string): T {
  return Object.defineProperty(told, inspect.custom, { value: describe });
}
