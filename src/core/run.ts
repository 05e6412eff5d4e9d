// The state of one run, and the questions one can ask of it. What changes it is in turns.ts.
import type { Failure } from "./errors.js";
import { compileSpan, type SpanMatcher } from "./matcher.js";
import type { Arrival, Checkpoint, PassedSpan, Reached, SpanFacts, Step } from "./model.js";

/** How far a step request wants to go. */
export type Goal =
  | { readonly type: "next" }
  | { readonly type: "skipTo"; readonly checkpoint: number }
  | { readonly type: "finish" };

/**
 * The life of an actor. `begun` means held at its start: `started` was reached, its action has not begun.
 */
export type Life =
  | { readonly type: "waiting" }
  | { readonly type: "begun" }
  | { readonly type: "running" }
  | { readonly type: "ended"; readonly error: string | undefined };

export interface ActorState {
  readonly name: string;
  life: Life;
  /** The actor's checkpoints in the order's sequence. */
  readonly checkpoints: readonly Checkpoint[];
  /** The arrival that reached a checkpoint, by the checkpoint's index. */
  readonly outcomes: Map<number, Reached>;
  /** How many spans matched a checkpoint since the actor's start, by the checkpoint's index. */
  readonly seen: Map<number, number>;
  /** Arrivals that wait, by {@link holdKey}. */
  readonly holds: Map<string, Arrival>;
  /** True while the actor was let go and made no progress for `stallMs`. */
  stalled: boolean;
  /** What passed since the last checkpoint, oldest first; at most {@link passedLimit}. */
  passed: PassedSpan[];
  passedUntold: number;
  /** Spans that have begun and not ended, by span id. */
  readonly open: Map<string, PassedSpan>;
  /** Listed checkpoints that the actor passed before their place. */
  readonly missed: Map<number, PassedSpan>;
  /** Why a listed checkpoint could not be gated, by its index. */
  readonly ungateable: Map<number, string>;
  /** Calls over HTTP or gRPC that no agent has seen come in, by the client's span id. */
  readonly unanswered: Map<string, PassedSpan>;
  /** The parents of the server spans that agents have seen: the calls that did come in. */
  readonly entered: Set<string>;
  /** True as soon as an agent has told of a span of the actor. */
  visible: boolean;
  /** host:port of what its function called, as far as the runner told. */
  called: readonly string[];
}

/** What the run is about at the moment. */
export type Stage =
  /** Nobody has the turn. */
  | { readonly type: "idle" }
  /** An actor that was let go runs to its next gate or its end. */
  | { readonly type: "settling"; readonly actor: ActorState }
  /** The actors of the current step run toward their checkpoints. */
  | { readonly type: "stepping" }
  /** Every actor has been let go for good; the last ones run to their ends. */
  | { readonly type: "closing" }
  /** The run is over; an end without a failure is the runner's own. */
  | { readonly type: "over"; readonly failure: Failure | undefined };

export interface Run {
  readonly order: readonly Step[];
  readonly actors: ReadonlyMap<string, ActorState>;
  readonly checkpoints: readonly Checkpoint[];
  /** By a checkpoint's index: its span's matcher. */
  readonly matchers: readonly (SpanMatcher | undefined)[];
  /** By a checkpoint's index: its step. */
  readonly stepOf: readonly number[];
  /** The current step: an index into `order`. */
  position: number;
  stage: Stage;
  /** The request that waits for an answer. */
  goal: Goal | undefined;
  /** What is decided when every agent has told all it knows. */
  awaiting: "nothing" | "conclusion" | "diagnosis";
  /** Actors that had ended when the agents were asked for a conclusion: of others, something may still be on its way. */
  concluding: ReadonlySet<ActorState>;
  /** Actors that run and stand at no gate, as far as anyone knows. Kept by {@link refile}. */
  readonly moving: Set<ActorState>;
  /** Actors that only have to reach their ends and wait for their turn to do so. Kept by {@link refile}. */
  readonly drainable: Set<ActorState>;
  /** Actors that have not ended. Kept by {@link refile}. */
  readonly alive: Set<ActorState>;
  /** A process that died while an actor was in it: told at the next chance. */
  death: Death | undefined;
  /** The last process that died, whoever was in it. */
  lastDeath: Death | undefined;
  /** Whether any span was ever held. */
  everHeld: boolean;
  /** Span names that passed, of all actors, for "nearest name": name → the actor. */
  readonly names: Map<string, string>;
}

/** A process that died, and who was in it. */
export interface Death {
  readonly service: string;
  readonly pid: number;
  readonly reason: string;
  readonly actor: string | undefined;
}

const passedLimit = 40;
const namesLimit = 1_000;
const openLimit = 1_000;
const callsLimit = 1_000;
const carriesActor = /instrumentation-(http|undici|grpc)$/;

/** A new run; the order must have passed `findMistake`. */
export function newRun(starters: readonly string[], order: readonly Step[]): Run {
  const checkpoints = order.flat();
  const actors = starters.map((name): [string, ActorState] => [
    name,
    {
      name,
      life: { type: "waiting" },
      checkpoints: checkpoints.filter(({ actor }) => actor === name),
      outcomes: new Map(),
      seen: new Map(),
      holds: new Map(),
      stalled: false,
      passed: [],
      passedUntold: 0,
      open: new Map(),
      missed: new Map(),
      ungateable: new Map(),
      unanswered: new Map(),
      entered: new Set(),
      visible: false,
      called: [],
    },
  ]);
  return {
    order,
    actors: new Map(actors),
    checkpoints,
    matchers: checkpoints.map(({ span }) => span && compileSpan(span)),
    stepOf: order.flatMap((step, at) => step.map(() => at)),
    position: 0,
    stage: { type: "idle" },
    goal: undefined,
    awaiting: "nothing",
    concluding: new Set(),
    moving: new Set(),
    drainable: new Set(),
    alive: new Set(actors.map(([, actor]) => actor)),
    death: undefined,
    lastDeath: undefined,
    everHeld: false,
    names: new Map(),
  };
}

/** The name of a hold among all agents. */
export function holdKey(arrival: Pick<Arrival, "agent" | "id">): string {
  return `${arrival.agent.instance}:${arrival.id}`;
}

/** The checkpoints of the current step that have no outcome yet. */
export function missingOf(run: Run): readonly Checkpoint[] {
  return (run.order[run.position] ?? []).filter((it) => !actorOf(run, it).outcomes.has(it.index));
}

export function actorOf(run: Run, checkpoint: Checkpoint): ActorState {
  const actor = run.actors.get(checkpoint.actor);
  if (!actor) throw new Error(`No actor ${checkpoint.actor}.`);
  return actor;
}

/** R6: what may stop the actor now: its checkpoints without outcome in the first step that has one. */
export function armedOf(run: Run, actor: ActorState): readonly Checkpoint[] {
  const first = actor.checkpoints.find(({ index }) => !actor.outcomes.has(index));
  if (!first) return [];
  const step = run.order[run.stepOf[first.index] ?? 0] ?? [];
  return step.filter((it) => it.actor === actor.name && !actor.outcomes.has(it.index));
}

/** True when every listed checkpoint of the actor has been returned: what is reached early keeps its place. */
export function isExhausted(run: Run, actor: ActorState): boolean {
  const last = actor.checkpoints.at(-1);
  return last === undefined || isReturned(run, last);
}

/** True when the checkpoint's step is behind the run. */
export function isReturned(run: Run, checkpoint: Checkpoint): boolean {
  return (run.stepOf[checkpoint.index] ?? 0) < run.position;
}

/** True while nothing more can be expected of an actor until it is released. */
export function isSettled(actor: ActorState): boolean {
  return actor.stalled || actor.holds.size > 0 || actor.life.type !== "running";
}

/** Puts an actor into the sets that it belongs to. To be called after every change of its life, holds or place. */
export function refile(run: Run, actor: ActorState): void {
  const { life, holds } = actor;
  file(run.moving, actor, !isSettled(actor));
  file(run.drainable, actor, isExhausted(run, actor) && (holds.size > 0 || life.type === "begun"));
  file(run.alive, actor, life.type !== "ended");
}

function file(set: Set<ActorState>, actor: ActorState, belongs: boolean): void {
  if (belongs) set.add(actor);
  else set.delete(actor);
}

/** Remembers a span for diagnosis, within bounds. */
export function notePassed(run: Run, actor: ActorState, passed: PassedSpan): void {
  actor.visible = true;
  if (passed.phase === "before") {
    if (actor.open.size < openLimit) actor.open.set(passed.span.spanId, passed);
  } else {
    actor.open.delete(passed.span.spanId);
  }
  noteCall(actor, passed);
  if (run.names.size < namesLimit) run.names.set(passed.span.name, actor.name);
  if (actor.passed.length === passedLimit) {
    actor.passed.shift();
    actor.passedUntold += 1;
  }
  actor.passed.push(passed);
}

// A client's span and the server's span that answers it come from two agents, in any sequence.
function noteCall(actor: ActorState, passed: PassedSpan): void {
  const { kind, scope, spanId, parentSpanId } = passed.span;
  if (kind === "server") {
    if (actor.entered.size < callsLimit) actor.entered.add(parentSpanId);
    actor.unanswered.delete(parentSpanId);
  } else if (kind === "client" && carriesActor.test(scope) && !actor.entered.has(spanId)) {
    if (actor.unanswered.size < callsLimit) actor.unanswered.set(spanId, passed);
  }
}

/** True when the hold stands in front of the very span that the checkpoint is about (R12). */
export function names(run: Run, checkpoint: Checkpoint, hold: Arrival): boolean {
  if (checkpoint.phase !== "after" || hold.phase !== "before") return false;
  const service = checkpoint.span?.service;
  if (service !== undefined && service !== hold.agent.service) return false;
  const kind = checkpoint.span?.kind;
  return (kind === undefined || kind === hold.span.kind) && isNamed(run, checkpoint, hold.span);
}

function isNamed(run: Run, checkpoint: Checkpoint, span: SpanFacts): boolean {
  return run.matchers[checkpoint.index]?.name(span.name) ?? false;
}
