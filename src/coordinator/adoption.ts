// An actor that no starter begins: found by an agent, held at its root span until its first turn, over when that span has
// ended and nothing of it goes on or stands anywhere.
import { isDeepStrictEqual } from "node:util";
import { compileSpan, type SpanMatcher } from "../core/matcher.js";
import type { AdoptedActor, AgentRef, Arrival, HoldMode, PassedSpan, SpanFacts, SpanMatch } from "../core/model.js";

/** An agent's word that a root span may begin the actor; its flow waits there. */
export interface Claim {
  readonly id: number;
  readonly actor: string;
  readonly agent: AgentRef;
  readonly span: SpanFacts;
  readonly traceId: string;
  /** How the flow waits. */
  readonly mode: HoldMode;
}

type State =
  | { readonly type: "open" }
  /** Found; `isKnown` when every agent knows whose its trace is. */
  | { readonly type: "found"; readonly claim: Claim; readonly isKnown: boolean }
  /** Let go; `hasEnded` when its root span has ended. */
  | { readonly type: "running"; readonly claim: Claim; readonly hasEnded: boolean }
  /** `claim`: what was found. Nothing else is to be adopted in its place. */
  | { readonly type: "over"; readonly claim: Claim | undefined };

export class Adoption {
  readonly wanted: AdoptedActor;
  readonly #release: (claim: Claim) => void;
  readonly #matcher: SpanMatcher;
  readonly #end = Promise.withResolvers<string>();
  #state: State = { type: "open" };
  #mayBegin = false;

  constructor(wanted: AdoptedActor, release: (claim: Claim) => void) {
    this.wanted = wanted;
    this.#release = release;
    this.#matcher = compileSpan(wanted.span);
  }

  /** The flow's trace, once it is found. */
  get traceId(): string | undefined {
    return this.#claim?.traceId;
  }

  /** The flow while it waits for its first turn. */
  get waiting(): Claim | undefined {
    return this.#state.type === "found" ? this.#state.claim : undefined;
  }

  /**
   * True when a flow that was claimed for another actor may begin this one. Its attributes are known to its agent alone,
   * so a span that asks for some must be asked for by both.
   * @param asked the span that the other actor waits for
   */
  suits({ span, agent }: Claim, asked: SpanMatch | undefined): boolean {
    const { service, attributes } = this.wanted.span;
    if (isDeepStrictEqual(this.wanted.span, asked)) return true;
    const isHere = service === undefined || service === agent.service;
    return isHere && attributes.length === 0 && this.#matcher.name(span.name) && this.#matcher.rest(span);
  }

  /** Takes the first claim. False for every other one. */
  take(claim: Claim): boolean {
    if (this.#state.type !== "open") return false;
    this.#state = { type: "found", claim, isKnown: false };
    return true;
  }

  /** Every agent knows whose the flow's trace is: from now on it may begin. */
  setKnown({ traceId }: Claim): void {
    if (this.#state.type !== "found" || this.#state.claim.traceId !== traceId) return;
    this.#state = { ...this.#state, isKnown: true };
    this.#tryBegin();
  }

  /** True for a root span that began while the actor was looked for: only one root span is the actor's own. */
  isUnclaimed({ agent, span }: PassedSpan): boolean {
    const own = this.#claim;
    const isOwn = own?.agent.instance === agent.instance && own.span.spanId === span.spanId;
    return span.parentSpanId === "" && !isOwn;
  }

  /** The actor has its first turn. Resolves with why the flow did not end by itself; empty when it did. */
  begin(): Promise<string> {
    this.#mayBegin = true;
    this.#tryBegin();
    return this.#end.promise;
  }

  /** The end of a span was told, or an arrival behind it was released. */
  noteEnd({ agent, phase, span }: PassedSpan | Arrival): void {
    if (this.#state.type !== "running" || phase !== "after") return;
    const { claim } = this.#state;
    if (claim.agent.instance === agent.instance && claim.span.spanId === span.spanId) {
      this.#state = { ...this.#state, hasEnded: true };
    }
  }

  /** True when its root span has ended: it is over as soon as nothing of it goes on. */
  get isEnding(): boolean {
    return this.#state.type === "running" && this.#state.hasEnded;
  }

  /** Nothing of it goes on any more. */
  finish(): void {
    if (this.isEnding) this.#over("");
  }

  /** A flow that waited is gone. True when the actor has to be found anew. */
  withdraw({ instance }: AgentRef, id: number): boolean {
    const { type } = this.#state;
    // Its release may have crossed that word: then it has not begun either.
    const isMeant = this.#claim?.agent.instance === instance && this.#claim.id === id;
    if (!isMeant || (type !== "found" && type !== "running")) return false;
    this.#state = { type: "open" };
    return true;
  }

  /** An agent is gone. True when the actor has to be found anew. */
  detach({ instance }: AgentRef): boolean {
    if (this.#state.type === "found" && this.#state.claim.agent.instance === instance) {
      this.#state = { type: "open" };
      return true;
    }
    if (this.#state.type === "running" && this.#state.claim.agent.instance === instance) {
      const { service, pid } = this.#state.claim.agent;
      this.#over(`the process ${service} (pid ${pid}) ended while the flow was in it`);
    }
    return false;
  }

  /** The run is over: the flow goes its own way. */
  close(): void {
    if (this.#state.type === "found") this.#release(this.#state.claim);
    this.#over("");
  }

  #tryBegin(): void {
    if (!this.#mayBegin || this.#state.type !== "found" || !this.#state.isKnown) return;
    const { claim } = this.#state;
    this.#state = { type: "running", claim, hasEnded: false };
    this.#release(claim);
  }

  get #claim(): Claim | undefined {
    return this.#state.type === "open" ? undefined : this.#state.claim;
  }

  #over(error: string): void {
    this.#state = { type: "over", claim: this.#claim };
    this.#end.resolve(error);
  }
}
