// The gates: stop an actor at a span that a rule matches, until the coordinator lets it go on. A thread hold stops the
// whole thread right here; a flow hold is a latch, for which whoever asked must wait.
import type { DatabaseSession, HoldMode } from "../src/core/model.js";
import { modeToWire, phaseToWire } from "../src/wire/spans.js";
import { Discovery } from "./discovery.js";
import type { Holds } from "./flow/holds.js";
import type { Latch } from "./flow/latch.js";
import type { AgentLink, LinkEvent } from "./link/agent-link.js";
import { PassedSpans } from "./passed.js";
import { type ActorGates, type CompiledRule, matchedNone, modeOf } from "./rules.js";
import { factsOf, type SpanView } from "./span-facts.js";
import { forgetTrace, type Trace } from "./trace.js";

export interface Met {
  readonly matched: readonly CompiledRule[];
  /** What the flow must wait for; `undefined` when it may go on. */
  readonly hold: Latch | undefined;
}

const freely: Met = { matched: matchedNone, hold: undefined };

export class Gate {
  readonly #link: () => AgentLink;
  readonly #holds: () => Holds;
  readonly #ownerOf: (trace: Trace) => ActorGates | undefined;
  readonly #passed: PassedSpans;
  /** What spans there are, while somebody asks. */
  readonly discovery: Discovery;

  /** The parts are asked for late, because link and gate need each other. */
  constructor(link: () => AgentLink, holds: () => Holds, ownerOf: (trace: Trace) => ActorGates | undefined) {
    this.#ownerOf = ownerOf;
    this.#link = link;
    this.#holds = holds;
    this.#passed = new PassedSpans((passed) => this.#link().post({ $case: "passed", value: passed }));
    this.discovery = new Discovery(
      (discovered) => this.#link().post({ $case: "discovered", value: discovered }),
      () => this.#link().refusesThreads,
    );
  }

  /**
   * @param refusal why a flow cannot be held at this place; `undefined` when it can: the caller waits for the hold
   */
  meet(trace: Trace, phase: "before" | "after", span: SpanView, refusal: string | undefined): Met {
    const { gates } = trace;
    const matched = gates.match(phase, span);
    // A thread that is held goes another way, by which nothing is learnt of its flow.
    if (gates.observed && modeOf(matched) === "flow") this.discovery.meet(trace, phase, span, refusal);
    if (matched.length === 0) {
      if (!gates.isNobody) this.#passed.note(gates, phase, span);
      return freely;
    }
    const mode = modeOf(matched);
    const refused = mode === "thread" ? this.#link().refusesThreads : refusal;
    if (refused !== undefined) {
      this.#tellRefused(gates, span, matched, mode, refused);
      this.#passed.note(gates, phase, span);
      return { matched, hold: undefined };
    }
    if (mode === "thread") {
      this.#link().hold((id) => this.#arrival(id, gates, phase, span, matched));
      return { matched, hold: undefined };
    }
    return { matched, hold: this.#holds().hold((id) => this.#arrival(id, gates, phase, span, matched)) };
  }

  /**
   * A root span that may begin an actor which no starter begins. Without an answer in its favour it is nobody's.
   * @returns what the flow must wait for; `undefined` when the thread has waited, or cannot
   */
  claim(trace: Trace, refusal: string | undefined): Latch | undefined {
    const { gates, span } = trace;
    const arrival = (id: number) => this.#claim(id, trace);
    const refused = gates.mode === "thread" ? this.#link().refusesThreads : refusal;
    if (refused !== undefined) {
      this.#tellRefused(gates, span, gates.all, gates.mode, refused);
      forgetTrace(trace);
      return undefined;
    }
    if (gates.mode === "thread") {
      this.#link().hold(arrival);
      this.#settle(trace);
      return undefined;
    }
    const hold = this.#holds().hold(arrival);
    hold?.whenOpen(() => this.#settle(trace));
    return hold;
  }

  // The rules that came before the release tell whose the trace is: another's where two actors wait for such a flow.
  #settle(trace: Trace): void {
    const owner = this.#ownerOf(trace);
    if (owner) trace.gates = owner;
    else forgetTrace(trace);
  }

  /** Tells that the flow of a span cannot be held in a phase, if a rule asks for that. */
  refuse({ gates }: Trace, phase: "before" | "after", span: SpanView, refusal: string): void {
    const matched = gates.match(phase, span);
    if (matched.length > 0 && modeOf(matched) === "flow") this.#tellRefused(gates, span, matched, "flow", refusal);
  }

  /** Tells that nobody will ever stand at the end of a span, if a rule asks for that. */
  refuseEndless(trace: Trace, refusal: string): void {
    const { gates, span } = trace;
    if (gates.observed) this.discovery.refuseEndless(trace, refusal);
    const { name, instrumentationScope } = span;
    const reason = `The span "${name}" (${instrumentationScope.name}) cannot be held at its end: ${refusal}. Hold before it, or at the next span behind it.`;
    for (const rule of gates.match("after", span)) this.tellUngateable(gates, rule, span, reason);
  }

  /** Tells that a span matches a rule and cannot be held there. */
  tellUngateable({ runId, actor }: ActorGates, { checkpoint }: CompiledRule, span: SpanView, reason: string): void {
    this.#link().post({
      $case: "unsupported",
      value: { runId, actor, checkpoint, span: factsOf(span, span.name, []), reason },
    });
  }

  /** Tells a root span of nobody that does not begin the actor, for who has misspelt the one that does. */
  tellOverlooked(gates: ActorGates, span: SpanView): void {
    this.#passed.note(gates, "before", span);
  }

  /** Tells that a connection serves nobody's call after an actor's, so that its locks are no actor's. */
  tellNobodys(last: ActorGates, session: DatabaseSession): void {
    this.#passed.noteNobodys(last, session);
  }

  /** Tells the spans that have passed, and what spans there are. */
  flush(): void {
    this.#passed.flush();
    this.discovery.flush();
  }

  #tellRefused(
    gates: ActorGates,
    span: SpanView,
    matched: readonly CompiledRule[],
    mode: HoldMode,
    refusal: string,
  ): void {
    const { name, instrumentationScope } = span;
    const reason = `The ${mode} of the span "${name}" (${instrumentationScope.name}) cannot be held there: ${refusal}. ${this.#wayOut(mode)}`;
    for (const rule of matched) this.tellUngateable(gates, rule, span, reason);
  }

  #wayOut(mode: HoldMode): string {
    if (this.#link().refusesThreads === undefined) return 'Hold the thread ({ hold: "thread" }), or list another span.';
    return `${mode === "thread" ? "Hold its flow" : "List another span"}, or start the application as a service: gateway.service().`;
  }

  #claim(id: number, { gates: { runId, actor, mode }, span }: Trace): readonly LinkEvent[] {
    const { traceId } = span.spanContext();
    const value = {
      ...{ id, runId, actor, traceId, checkpoints: [] },
      phase: phaseToWire("started"),
      span: factsOf(span, span.name, []),
      mode: modeToWire(mode),
    };
    return this.#behindPassed({ $case: "arrived", value });
  }

  #arrival(
    id: number,
    { runId, actor, recorded }: ActorGates,
    phase: "before" | "after",
    span: SpanView,
    matched: readonly CompiledRule[],
  ): readonly LinkEvent[] {
    const keys = [...new Set([...matched.flatMap((rule) => rule.keys), ...recorded])];
    return this.#behindPassed({
      $case: "arrived",
      value: {
        ...{ id, runId, actor },
        phase: phaseToWire(phase),
        checkpoints: matched.map(({ checkpoint }) => checkpoint),
        span: factsOf(span, span.name, keys),
        mode: modeToWire(modeOf(matched)),
        traceId: "",
      },
    });
  }

  // A thread that stops has told all before.
  #behindPassed(arrived: LinkEvent): readonly LinkEvent[] {
    const passed = this.#passed.take();
    return passed ? [{ $case: "passed", value: passed }, arrived] : [arrived];
  }
}
