// What spangate remembers of an actor's span, from its start to its end.
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Frame } from "./flow/frames.js";
import { type ActorGates, type CompiledRule, matchedNone } from "./rules.js";

export interface Trace {
  readonly span: ReadableSpan;
  readonly gates: ActorGates;
  readonly nameAtStart: string;
  /** True while it is not known whether the span, a root span, begins the actor. */
  isClaim: boolean;
  /** The instrumented call that started it; `undefined` when none did. */
  frame: Frame | undefined;
  /** True once the start gate has been passed or stands. */
  startIsMet: boolean;
  /** The rules that the start gate met. */
  matchedAtStart: readonly CompiledRule[];
  /** True once the end gate has been met: some calls meet it in front of what ends the span. */
  endIsMet: boolean;
}

const key = Symbol("spangate.trace");

export function beginTrace(span: ReadableSpan, gates: ActorGates, isClaim = false): Trace {
  const trace: Trace = {
    ...{ span, gates, nameAtStart: span.name, isClaim, frame: undefined },
    ...{ startIsMet: false, matchedAtStart: matchedNone, endIsMet: false },
  };
  (span as { [key]?: Trace })[key] = trace;
  return trace;
}

/** The span was the actor's no more than any other's. */
export function forgetTrace({ span }: Trace): void {
  delete (span as { [key]?: Trace })[key];
}

/** `undefined` for a span of no actor. */
export function traceOf(span: object): Trace | undefined {
  return (span as { [key]?: Trace })[key];
}
