// What spangate remembers of an actor's span, from its start to its end.
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Frame } from "./flow/frames.js";
import type { Hold } from "./flow/holds.js";
import { type ActorGates, type CompiledRule, matchedNone } from "./rules.js";

export class Trace {
  readonly span: ReadableSpan;
  /** Whose it is; of a claim, whom it was claimed for. */
  gates: ActorGates;
  readonly nameAtStart: string;
  /** Set while it is not known whether the span, a root span, begins the actor. */
  claim: Claim | undefined;
  /** The instrumented call that started it; `undefined` when none did. */
  frame: Frame | undefined = undefined;
  /** True once the start gate has been passed or stands. */
  startIsMet = false;
  /** The rules that the start gate met. */
  matchedAtStart: readonly CompiledRule[] = matchedNone;
  /** True once the end gate has been met: some calls meet it in front of what ends the span. */
  endIsMet = false;

  // Made by a constructor: V8 takes literals of which some stayed for a while for ones that stay, and puts all further ones
  // where they keep their spans from being collected.
  constructor(span: ReadableSpan, gates: ActorGates, isClaim: boolean) {
    this.span = span;
    this.gates = gates;
    this.nameAtStart = span.name;
    this.claim = isClaim ? { hold: undefined } : undefined;
  }
}

export interface Claim {
  /** What the flow waits for, once it has been asked. */
  hold: Hold | undefined;
}

const key = Symbol("spangate.trace");

export function beginTrace(span: ReadableSpan, gates: ActorGates, isClaim = false): Trace {
  const trace = new Trace(span, gates, isClaim);
  (span as { [key]?: Trace })[key] = trace;
  return trace;
}

/** The span was the actor's no more than any other's: it meets no gate. */
export function forgetTrace(trace: Trace): void {
  trace.claim = undefined;
  trace.startIsMet = true;
  trace.endIsMet = true;
  delete (trace.span as { [key]?: Trace })[key];
}

/** `undefined` for a span of no actor. */
export function traceOf(span: object): Trace | undefined {
  return (span as { [key]?: Trace })[key];
}
