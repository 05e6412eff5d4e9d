// What spangate remembers of an actor's span, from its start to its end.
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Frame } from "./flow/frames.js";
import { type ActorGates, type CompiledRule, matchedNone } from "./rules.js";

export interface Trace {
  readonly span: ReadableSpan;
  readonly gates: ActorGates;
  readonly nameAtStart: string;
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

export function beginTrace(span: ReadableSpan, gates: ActorGates): Trace {
  const trace: Trace = {
    ...{ span, gates, nameAtStart: span.name, frame: undefined },
    ...{ startIsMet: false, matchedAtStart: matchedNone, endIsMet: false },
  };
  (span as { [key]?: Trace })[key] = trace;
  return trace;
}

/** `undefined` for a span of no actor. */
export function traceOf(span: object): Trace | undefined {
  return (span as { [key]?: Trace })[key];
}
