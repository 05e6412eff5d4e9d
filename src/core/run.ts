// The state of one run, and the questions one can ask of it. What changes it is in turns.ts, moves.ts, questions.ts
// and stalls.ts.

import { type ActorState, newActor, notePassed } from "./actor-state.js";
import type { Departure } from "./departure.js";
import type { Failure } from "./errors.js";
import { livesOn } from "./in-flight.js";
import { compileSpan, type SpanMatcher } from "./matcher.js";
import type { Goal } from "./messages.js";
import type { AdoptedActor, Arrival, Checkpoint, PassedSpan, SpanFacts, Step } from "./model.js";

const namesLimit = 1_000;

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
  awaiting: "nothing" | "end" | "conclusion" | "stall" | "diagnosis";
  /** True where probes tell who waits for a lock; elsewhere that is concluded from standing still. */
  readonly isProbed: boolean;
  /** Whether what is known of locks is of now: it must be before anybody gets the turn. */
  locks: "unknown" | "asked" | "known";
  /** How often an actor was seen to move. */
  moves: number;
  /** How often that was when the probes were asked last: what they told then is of now where nobody has moved since. */
  waitsAsOf: number;
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
  /** True when, after an actor's error at the end, every agent has been asked. */
  endIsKnown: boolean;
  /** Whether any span was ever held. */
  everHeld: boolean;
  /** Span names that passed, for "nearest name": name → the actors. */
  readonly names: Map<string, Set<string>>;
}

/** A process that died, and who was in it. */
export interface Death {
  readonly service: string;
  readonly pid: number;
  readonly departure: Departure;
  readonly actor: string | undefined;
}

/** A new run; the order must have passed `findMistake`. */
export function newRun(
  starters: readonly string[],
  order: readonly Step[],
  adopted: readonly AdoptedActor[] = [],
  isProbed = false,
): Run {
  const checkpoints = order.flat();
  const actors = starters.map((name): [string, ActorState] => [
    name,
    newActor(
      name,
      checkpoints.filter(({ actor }) => actor === name),
      adopted.find(({ actor }) => actor === name)?.span,
    ),
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
    isProbed,
    locks: "unknown",
    moves: 0,
    waitsAsOf: -1,
    concluding: new Set(),
    moving: new Set(),
    drainable: new Set(),
    alive: new Set(actors.map(([, actor]) => actor)),
    death: undefined,
    lastDeath: undefined,
    endIsKnown: false,
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

/** Those of them that are the actor's. */
export function targetsOf(run: Run, actor: ActorState): readonly Checkpoint[] {
  return missingOf(run).filter((checkpoint) => checkpoint.actor === actor.name);
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
  return actor.stalled || actor.wait !== undefined || actor.holds.size > 0 || !isGoingOn(actor);
}

/** True while the actor's action runs, or what that has left in queues. */
export function isGoingOn(actor: ActorState): boolean {
  return actor.life.type === "running" || (actor.life.type === "ended" && livesOn(actor));
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

/** Takes in a span of the actor that arrived or passed: its name, and all that {@link notePassed} does. */
export function note(run: Run, actor: ActorState, passed: PassedSpan): void {
  const actors = run.names.get(passed.span.name);
  if (actors) actors.add(actor.name);
  else if (run.names.size < namesLimit) run.names.set(passed.span.name, new Set([actor.name]));
  notePassed(actor, passed);
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
