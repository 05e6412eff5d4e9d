// The rules of all runs, compiled: from a span to the checkpoints that it matches, at the cost of one look-up a name.
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { DiscoveryRequest } from "../src/core/discovery.js";
import { attributeKeys, compileSpan, type SpanMatcher } from "../src/core/matcher.js";
import type { ActorRules, HoldMode, Rule } from "../src/core/model.js";
import { kindOf } from "./span-facts.js";

/** A rule ready for use. */
export interface CompiledRule {
  readonly checkpoint: number;
  readonly keys: readonly string[];
  readonly matcher: SpanMatcher;
  readonly mode: HoldMode;
}

/** The answer where nothing matches; always this very list. */
export const matchedNone: readonly CompiledRule[] = [];
const rememberedNames = 4_096;
const overlookedNames = 20;

/** The rules of one phase, found by the span's name; the answer for a name is remembered. */
class NameIndex {
  /** True when a rule asks for a flow's hold. */
  readonly mayAskForFlow: boolean;
  readonly rules: readonly CompiledRule[];
  readonly #byName = new Map<string, readonly CompiledRule[]>();

  constructor(rules: readonly CompiledRule[]) {
    this.rules = rules;
    this.mayAskForFlow = rules.some(({ mode }) => mode === "flow");
  }

  find(name: string): readonly CompiledRule[] {
    if (this.rules.length === 0) return matchedNone;
    const known = this.#byName.get(name);
    if (known) return known;
    const found = this.rules.filter(({ matcher }) => matcher.name(name));
    // Names may be without end (SQL as a name): forget rather than grow.
    if (this.#byName.size >= rememberedNames) this.#byName.clear();
    const result = found.length > 0 ? found : matchedNone;
    this.#byName.set(name, result);
    return result;
  }
}

/** What is asked of all spans; the same for all actors. */
interface Observation {
  request: DiscoveryRequest | undefined;
}

/** One actor as this process sees it. */
export class ActorGates {
  readonly runId: string;
  readonly actor: string;
  /** How this process holds where a rule says nothing. */
  readonly mode: HoldMode;
  /** True when its calls to databases are told as soon as they begin. */
  readonly watchesLocks: boolean;
  /** Attributes that are told of its spans, whatever matches. */
  readonly recorded: readonly string[];
  /** True once the rules do not name it any more. */
  isOver = false;
  /** True of the spans of no actor, which are looked at while somebody asks what spans there are. */
  readonly isNobody: boolean;
  readonly #observation: Observation;
  readonly #adopts: SpanMatcher | undefined;
  readonly #overlooked = new Set<string>();
  readonly #before: NameIndex;
  readonly #after: NameIndex;

  constructor(
    { runId, actor, rules, watchesLocks = false, recordAttributes = [], adopt }: ActorRules,
    { service, hold }: RuleBookOptions,
    observation: Observation = { request: undefined },
  ) {
    this.#observation = observation;
    this.mode = hold;
    this.isNobody = actor === "";
    const isHere = adopt && (adopt.service === undefined || adopt.service === service);
    this.#adopts = isHere ? compileSpan(adopt) : undefined;
    this.runId = runId;
    this.actor = actor;
    this.watchesLocks = watchesLocks;
    this.recorded = recordAttributes;
    const here = rules.filter(({ span }) => span.service === undefined || span.service === service);
    this.#before = new NameIndex(compile(here, "before", hold));
    this.#after = new NameIndex(compile(here, "after", hold));
  }

  /** The rules of the phase that the span matches now. */
  match(phase: "before" | "after", span: Pick<ReadableSpan, "name" | "kind" | "attributes">): readonly CompiledRule[] {
    const named = this.#index(phase).find(span.name);
    if (named === matchedNone) return named;
    const view = { kind: kindOf(span), attributes: span.attributes };
    return named.filter(({ matcher }) => matcher.rest(view));
  }

  /** True when the span, a root span of nobody, begins this actor. */
  adopts(span: Pick<ReadableSpan, "name" | "kind" | "attributes">): boolean {
    const view = { kind: kindOf(span), attributes: span.attributes };
    return (this.#adopts?.name(span.name) && this.#adopts.rest(view)) ?? false;
  }

  /**
   * True when a rule of the phase asks for a flow's hold somewhere. A flow that was claimed may turn out to be another
   * actor's, whose rules do.
   */
  mayAskForFlow(phase: "before" | "after"): boolean {
    return this.observed !== undefined || this.#adopts !== undefined || this.#index(phase).mayAskForFlow;
  }

  /** True when the span matches now, or is looked at, and no rule that it matches asks for its thread. */
  asksForFlow(phase: "before" | "after", span: Pick<ReadableSpan, "name" | "kind" | "attributes">): boolean {
    const matched = this.mayAskForFlow(phase) ? this.match(phase, span) : matchedNone;
    return matched.length > 0 ? modeOf(matched) === "flow" : this.observed !== undefined;
  }

  /** True when the span is the first of its name that does not begin this actor; names are bounded. */
  overlooks({ name }: Pick<ReadableSpan, "name">): boolean {
    if (this.#overlooked.size >= overlookedNames || this.#overlooked.has(name)) return false;
    this.#overlooked.add(name);
    return true;
  }

  /** Set while somebody asks what spans there are: then every span goes the way of one that is held. */
  get observed(): DiscoveryRequest | undefined {
    return this.#observation.request;
  }

  /** Every rule of the actor. */
  get all(): readonly CompiledRule[] {
    return [...this.#before.rules, ...this.#after.rules];
  }

  #index(phase: "before" | "after"): NameIndex {
    return phase === "before" ? this.#before : this.#after;
  }
}

/** One rule that asks for the whole thread is enough. */
export function modeOf(matched: readonly CompiledRule[]): HoldMode {
  return matched.some(({ mode }) => mode === "thread") ? "thread" : "flow";
}

export interface RuleBookOptions {
  readonly service: string;
  /** The mode of a rule that names none. */
  readonly hold: HoldMode;
}

/** All actors of all runs. */
export class RuleBook {
  /** Whose the spans of no actor are, while somebody asks what spans there are. */
  readonly nobody: ActorGates;
  readonly #options: RuleBookOptions;
  readonly #observation: Observation = { request: undefined };
  #byName = new Map<string, ActorGates>();
  #byTrace = new Map<string, ActorGates>();
  #adoptable: readonly ActorGates[] = [];

  constructor(options: RuleBookOptions) {
    this.#options = options;
    this.nobody = new ActorGates({ runId: "", actor: "", traceId: "", rules: [] }, options, this.#observation);
    this.nobody.isOver = true;
  }

  /** True when no run is open, and nobody asks what spans there are: nothing has to be looked at. */
  get isEmpty(): boolean {
    return this.#byTrace.size === 0 && !this.isObserving;
  }

  /** True while somebody asks what spans there are, whosever they are. */
  get isObserving(): boolean {
    return this.nobody.observed !== undefined;
  }

  /** True while an actor is looked for that no starter begins. */
  get isAdopting(): boolean {
    return this.#adoptable.length > 0;
  }

  /** Takes new rules in place of the old ones; actors that were known stay the same objects. */
  replace(all: readonly ActorRules[], discovery?: DiscoveryRequest): void {
    const before = this.#byName;
    this.#observation.request = unlessSame(this.#observation.request, discovery);
    this.#byName = new Map();
    this.#byTrace = new Map();
    for (const rules of all) {
      const key = keyOf(rules.runId, rules.actor);
      const gates = before.get(key) ?? new ActorGates(rules, this.#options, this.#observation);
      this.#byName.set(key, gates);
      this.#byTrace.set(rules.traceId, gates);
    }
    for (const [key, gates] of before) gates.isOver = !this.#byName.has(key);
    this.#adoptable = all.flatMap((rules) => (rules.adopt && this.byName(rules.runId, rules.actor)) || []);
  }

  byName(runId: string, actor: string): ActorGates | undefined {
    return this.#byName.get(keyOf(runId, actor));
  }

  byTrace(traceId: string): ActorGates | undefined {
    return this.#byTrace.get(traceId);
  }

  /** The actor, not found yet, that no starter begins and this root span of nobody would. */
  adopting(span: ReadableSpan): ActorGates | undefined {
    return this.#adoptable.find((it) => it.adopts(span));
  }

  /** The actors that are looked for, for whom this root span of nobody is news. */
  overlooking(span: ReadableSpan): readonly ActorGates[] {
    return this.#adoptable.filter((it) => it.overlooks(span));
  }

  /** Claims a trace for such an actor. The next rules tell whether it is the actor's. */
  claim(gates: ActorGates, traceId: string): void {
    this.#adoptable = this.#adoptable.filter((it) => it !== gates);
    this.#byTrace.set(traceId, gates);
  }
}

// The same question stays the same object: what was told in answer to it need not be told anew.
function unlessSame(
  known: DiscoveryRequest | undefined,
  asked: DiscoveryRequest | undefined,
): DiscoveryRequest | undefined {
  return known && asked && known.values.join("\n") === asked.values.join("\n") ? known : asked;
}

function keyOf(runId: string, actor: string): string {
  return `${runId} ${actor}`;
}

function compile(rules: readonly Rule[], phase: "before" | "after", hold: HoldMode): readonly CompiledRule[] {
  return rules
    .filter((rule) => rule.phase === phase)
    .map(({ checkpoint, span, hold: asked }) => ({
      ...{ checkpoint, keys: attributeKeys(span), matcher: compileSpan(span) },
      mode: asked ?? hold,
    }));
}
