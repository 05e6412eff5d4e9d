// What the gates of all instrumented calls share: where a span's start gate and end gate stand.
import type { DatabaseSession } from "../../src/core/model.js";
import type { Gate } from "../gate.js";
import type { ActorGates } from "../rules.js";
import { markEndless, type SpanView } from "../span-facts.js";
import { type Claim, forgetTrace, type Trace, traceOf } from "../trace.js";
import { type Frame, Frames } from "./frames.js";
import { followedBy } from "./holds.js";
import { Latch } from "./latch.js";
import { type Caller, Lines } from "./lines.js";

const noCall =
  "it was started by no call that spangate knows. A span of your own can be held where startActiveSpan calls an async function in it";
const neverCalled = "its call was not made";
const nothingBehind = "what the call gives back shows no end that could be put off";

/** What of the gate it needs. */
export type FlowGate = Pick<Gate, "meet" | "refuse" | "refuseEndless" | "claim" | "tellNobodys">;

/** How it learns whether a run is open. */
export interface Watch {
  /** One word that changes with every piece of news. */
  readonly news: Int32Array;
  /** Takes in the news. True when a run is open. */
  read(): boolean;
}

export class Flow {
  readonly frames = new Frames();
  readonly lines = new Lines();
  /** Whose call it is that is being made: for calls that are not instrumented. `undefined` when it is nobody's. */
  readonly caller: () => Caller | undefined;
  readonly #gate: FlowGate;
  readonly #watch: Watch;
  readonly #news: Int32Array;
  #seen: number | undefined = -1;
  #isArmed = true;
  #stretches = 0;

  constructor(gate: FlowGate, watch: Watch, caller: () => Caller | undefined = () => undefined) {
    this.caller = caller;
    this.#gate = gate;
    this.#watch = watch;
    this.#news = watch.news;
  }

  /**
   * True when no run is open and no call waits: calls go straight through. Asked at every instrumented call, twice,
   * so it is plain reads; what brings an actor here came through the event loop, behind the news.
   */
  get isAtRest(): boolean {
    return !this.#isArmed && this.#news[0] === this.#seen;
  }

  /** As {@link isAtRest}, for when it was not: takes in the news first. */
  comesToRest(): boolean {
    this.#seen = this.#news[0];
    this.#isArmed = this.#watch.read() || this.#stretches > 0 || !this.lines.areEmpty;
    return this.isAtRest;
  }

  /** A connection that served an actor last serves nobody now. */
  tellNobodys(last: ActorGates, session: DatabaseSession): void {
    this.#gate.tellNobodys(last, session);
  }

  /** A stretch whose calls belong together: news that come amid it change nothing before its end. */
  inOneStretch<T>(go: () => T): T {
    this.#stretches += 1;
    this.#isArmed = true;
    try {
      return go();
    } finally {
      this.#stretches -= 1;
    }
  }

  /** A span has started. Inside an instrumented call its start gate stands where the raw call is made. */
  begin(trace: Trace): void {
    if (!this.frames.bind(trace)) this.meetStart(trace, noCall);
  }

  /**
   * The start gate of a span.
   * @param refusal why its call cannot be put off
   * @returns what the call must wait for
   */
  meetStart(trace: Trace, refusal: string | undefined): Latch | undefined {
    if (trace.startIsMet) return undefined;
    return trace.claim ? this.#meetClaim(trace, trace.claim, refusal) : this.#meetBefore(trace, refusal);
  }

  #meetBefore(trace: Trace, refusal: string | undefined): Latch | undefined {
    trace.startIsMet = true;
    const { matched, hold } = this.#gate.meet(trace, "before", trace.span, refusal);
    trace.matchedAtStart = matched;
    return hold;
  }

  // The flow waits for the actor's first turn; only then does it meet the gate of the span itself.
  #meetClaim(trace: Trace, claim: Claim, refusal: string | undefined): Latch | undefined {
    const begin = () => {
      trace.claim = undefined;
      return traceOf(trace.span) && this.#meetBefore(trace, refusal);
    };
    const turn = this.#gate.claim(trace, refusal);
    if (!turn) return begin();
    trace.startIsMet = true;
    claim.hold = followedBy(turn, begin, () => trace.claim && forgetTrace(trace));
    return claim.hold;
  }

  /** A span has ended of which it is not known yet whether it begins the actor: another one may. */
  endClaim(trace: Trace, { hold }: Claim): void {
    if (hold) hold.withdraw("its span has ended");
    else if (!trace.frame?.isOpen) this.meetStart(trace, neverCalled);
  }

  /** The patch has returned without its raw call. A flow's gate waits for it while the span is open; a thread's stands here. */
  meetUncalled(trace: Trace): void {
    const isFlow = trace.claim ? trace.gates.mode === "flow" : trace.gates.asksForFlow("before", trace.span);
    if (!isFlow) this.meetStart(trace, undefined);
    else if (trace.span.ended) this.meetStart(trace, neverCalled);
  }

  /**
   * The end gate of a span.
   * @param view the span at its end, or what it will be then
   * @param reason why it cannot be put off; `undefined` when the frame tells
   * @returns what the caller must wait for, who also finds it in the frame
   */
  meetEnd(trace: Trace, view: SpanView, reason?: string): Latch | undefined {
    // Where it is not known whose the span is, its end is not the actor's.
    if (trace.endIsMet || trace.claim) return undefined;
    const ending = this.frames.top(trace.span.instrumentationScope.name);
    ending?.ended?.add(trace.gates);
    const frame = ending?.ended ? ending : trace.frame;
    const isGated = frame?.isGatedBehind || frame?.ended;
    // Some spans end before their call is made: the start comes first all the same.
    if (frame?.isOpen && !trace.startIsMet) return undefined;
    // The call's result is not known yet: its gate is met when it is.
    const isLater = frame?.endsLater || (frame?.isOpen && !isGated);
    if (!reason && isLater && trace.gates.asksForFlow("after", view)) return undefined;
    trace.endIsMet = true;
    const unknown = frame ? (frame.notBehind ?? nothingBehind) : noCall;
    const refusal = reason ?? (isGated ? undefined : unknown);
    const { hold } = this.#gate.meet(trace, "after", view, refusal);
    if (frame && hold) frame.end = Latch.both(frame.end, hold);
    return hold;
  }

  /** No end of the span will be seen: tells that at once to whom it asks for it. */
  refuseEnd(trace: Trace, reason: string): void {
    if (trace.span.ended) return void this.meetEnd(trace, trace.span, reason);
    // Should its end be seen all the same, the reason is this one.
    if (trace.frame) trace.frame.notBehind = reason;
    this.#gate.refuse(trace, "after", trace.span, reason);
  }

  /** The span never ends: nobody waits for that, and who asks for its end is told. */
  markEndless(trace: Trace, reason: string): void {
    markEndless(trace.span);
    this.#gate.refuseEndless(trace, reason);
  }

  /** The patched function has returned; its span may have ended before. */
  meetEarlyEnd({ trace }: Frame): Latch | undefined {
    return trace?.span.ended ? this.meetEnd(trace, trace.span) : undefined;
  }
}
