// What a step tells a test.
import { inspect } from "node:util";
import type { Arrival, AttributeValue, Reached as CoreReached, HoldMode, LockWait, SpanKind } from "../core/model.js";
import type { Checkpoint } from "./checkpoint.js";

/** A checkpoint of the order whose step is complete. */
export interface Reached {
  /** The checkpoint as the order lists it. */
  readonly checkpoint: Checkpoint;
  /** False for an `ifReached()` checkpoint that did not come. */
  readonly reached: boolean;
  /** The span at which the actor stands; absent for `started`, `finished` and what was not reached. */
  readonly arrival: ReachedArrival | undefined;
  /** For `blocked`, what the actor waits for; absent where no probe has told it. */
  readonly wait: ReachedWait | undefined;
  /** With `together`: all checkpoints of the step, this one too. */
  readonly all: readonly Omit<Reached, "all">[];
}

/** A lock that an actor waits for. */
export interface ReachedWait {
  /** The name of the span of the call that waits. */
  readonly span: string;
  /** The service that makes it. */
  readonly service: string;
  /** In the database's words, such as `ShareLock on transactionid`. */
  readonly lock: string;
  /** The actors that have it, or stand in front of it in the queue. */
  readonly by: readonly string[];
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
  const all = outcomes.flatMap(({ checkpoint, reached, arrival, wait }) => {
    const listed = order[checkpoint.index];
    if (!listed) return [];
    const told = { checkpoint: listed, reached, arrival: arrival && toArrival(arrival), wait: wait && toWait(wait) };
    return [inspectedAs(told, () => describeOutcome(told))];
  });
  const [first] = all;
  return first && inspectedAs({ ...first, all }, () => all.map(describeOutcome).join(", together with "));
}

function toArrival({ span: { name, kind, attributes }, agent: { service, pid }, mode }: Arrival): ReachedArrival {
  return { span: name, kind, service, pid, mode, attributes };
}

function toWait({ call, lock, by }: LockWait): ReachedWait {
  return { span: call.span.name, service: call.agent.service, lock, by };
}

type Outcome = Omit<Reached, "all">;

function describeOutcome({ checkpoint, reached, arrival, wait }: Outcome): string {
  const place = arrival
    ? `: ${describeArrival(arrival)}`
    : wait
      ? `: waits for ${wait.by.join(", ")} in ${wait.span}`
      : "";
  return `${String(checkpoint)} ${reached ? "reached" : "not reached"}${place}`;
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
