// The state machine of a run: inputs in, outputs out, no I/O, no clock.
//
// Rules that this file keeps (DESIGN calls them R1-R12):
// - Only the actors that the current step names are let go; before that, whoever was let go has settled.
// - An actor whose listed checkpoints are all behind it runs to its end before the next turn.
// - Of each actor only the next listed checkpoint stops it; every other arrival is released at once.
// - Nothing is concluded from silence: an end without a checkpoint counts when all agents have told all.
import { diagnose, diagnoseMissing, nothingHeld, processDied, type Surroundings } from "./diagnosis.js";
import type { Failure } from "./errors.js";
import type { AgentRef, Arrival, Checkpoint, PassedSpan, Reached } from "./model.js";
import {
  type ActorState,
  actorOf,
  armedOf,
  type Goal,
  holdKey,
  isReturned,
  isSettled,
  missingOf,
  names,
  notePassed,
  type Run,
  refile,
} from "./run.js";

export type Input =
  | { readonly type: "requested"; readonly goal: Goal }
  | { readonly type: "arrived"; readonly arrival: Arrival }
  | { readonly type: "withdrawn"; readonly agent: AgentRef; readonly id: number; readonly reason: string }
  | { readonly type: "passed"; readonly passed: PassedSpan }
  | { readonly type: "ungateable"; readonly actor: string; readonly checkpoint: number; readonly reason: string }
  | {
      readonly type: "ended";
      readonly actor: string;
      readonly error: string | undefined;
      readonly called: readonly string[];
    }
  /** An agent is gone; `died` when it did not say goodbye. */
  | { readonly type: "detached"; readonly agent: AgentRef; readonly died: boolean; readonly reason: string }
  /** Every agent has told all that it knew when `sync` was put out. */
  | { readonly type: "synced"; readonly surroundings: Surroundings }
  /** The actor with the turn made no progress for `stallMs`. */
  | { readonly type: "stalled" }
  /** The turn took longer than `stepTimeoutMs`. */
  | { readonly type: "expired" }
  | { readonly type: "closed" };

export type Output =
  /** Start this actor's action. */
  | { readonly type: "begin"; readonly actor: string }
  | { readonly type: "held"; readonly arrival: Arrival; readonly checkpoint: number }
  /** Let the arrival go on; `passed` when nothing wanted to hold it. */
  | { readonly type: "release"; readonly arrival: Arrival; readonly passed: boolean }
  | { readonly type: "withdrawn"; readonly arrival: Arrival; readonly reason: string }
  | { readonly type: "passed"; readonly passed: PassedSpan }
  | { readonly type: "reached"; readonly reached: readonly Reached[] }
  | { readonly type: "ended"; readonly actor: string; readonly error: string | undefined }
  | { readonly type: "stalled"; readonly actor: string }
  /** A turn begins: start the clock of the step, and with `stalls` the clock of progress. */
  | { readonly type: "turn"; readonly stalls: boolean }
  /** The actor with the turn moved: start the clock of progress anew. */
  | { readonly type: "progress" }
  /** Ask every agent to tell all it knows, then put in `synced`. */
  | { readonly type: "sync" }
  /** The request is answered: stop the clocks. Nothing reached means that every actor has ended. */
  | { readonly type: "answer"; readonly reached: readonly Reached[] }
  | { readonly type: "failed"; readonly failure: Failure };

type Out = Output[];

/** Puts one input into the run. Changes `run`; returns what its shell has to do, in this order. */
export function advance(run: Run, input: Input): readonly Output[] {
  const out: Out = [];
  if (run.stage.type === "over") {
    if (input.type === "arrived") out.push({ type: "release", arrival: input.arrival, passed: true });
    if (input.type === "ended") end(run, input.actor, input.error, input.called, out);
    return out;
  }
  switch (input.type) {
    case "requested":
      run.goal = input.goal;
      proceed(run, out);
      break;
    case "arrived":
      arrive(run, input.arrival, out);
      break;
    case "withdrawn":
      withdraw(run, (arrival) => holdKey(arrival) === holdKey(input), input.reason, out);
      react(run, out);
      break;
    case "passed":
      pass(run, input.passed, out);
      break;
    case "ungateable":
      cannotGate(run, input.actor, input.checkpoint, input.reason, out);
      break;
    case "ended":
      end(run, input.actor, input.error, input.called, out);
      react(run, out);
      break;
    case "detached":
      detach(run, input.agent, input.died, input.reason, out);
      break;
    case "synced":
      decide(run, input.surroundings, out);
      break;
    case "stalled":
      stall(run, out);
      break;
    case "expired":
      run.awaiting = "diagnosis";
      out.push({ type: "sync" });
      break;
    case "closed":
      over(run, undefined, out);
      break;
  }
  return out;
}

/** Gives turns until the request is answered or somebody has to be waited for. */
function proceed(run: Run, out: Out): void {
  while (run.goal && run.stage.type !== "over") {
    if (run.death) return fail(run, processDied(run.death), out);
    run.awaiting = "nothing";
    const [mover] = run.moving;
    if (mover) return waitFor(run, { type: "settling", actor: mover }, true, out);
    const [drainable] = run.drainable;
    if (drainable) {
      letGo(run, drainable, [], out);
    } else if (run.position < run.order.length) {
      for (const actor of actorsOfStep(run)) letGo(run, actor, targetsOf(run, actor), out);
      if (missingOf(run).length > 0) {
        waitFor(
          run,
          { type: "stepping" },
          missingOf(run).some(({ ifReached }) => ifReached),
          out,
        );
        return concludeEnded(run, out);
      }
      completeStep(run, out);
    } else {
      if (closeDown(run, out)) return;
    }
  }
}

/** After the last step: begins who has not begun, waits for who has not ended. True when there is nothing more to do now. */
function closeDown(run: Run, out: Out): boolean {
  for (const actor of run.alive) {
    if (actor.life.type !== "waiting") continue;
    letGo(run, actor, [], out);
    return false;
  }
  if (run.alive.size > 0) {
    waitFor(run, { type: "closing" }, false, out);
    return true;
  }
  if (!run.everHeld && run.checkpoints.some(({ span }) => span)) {
    fail(run, nothingHeld(run), out);
    return true;
  }
  run.goal = undefined;
  run.stage = { type: "over", failure: undefined };
  out.push({ type: "answer", reached: [] });
  return true;
}

function waitFor(run: Run, stage: Run["stage"], stalls: boolean, out: Out): void {
  run.stage = stage;
  out.push({ type: "turn", stalls });
}

function actorsOfStep(run: Run): ReadonlySet<ActorState> {
  return new Set(missingOf(run).map((checkpoint) => actorOf(run, checkpoint)));
}

function targetsOf(run: Run, actor: ActorState): readonly Checkpoint[] {
  return missingOf(run).filter((checkpoint) => checkpoint.actor === actor.name);
}

/** Gives an actor the turn: begins it, or releases the holds that stand between it and its targets. */
function letGo(run: Run, actor: ActorState, targets: readonly Checkpoint[], out: Out): void {
  const started = targets.find(({ phase }) => phase === "started");
  if (actor.life.type === "waiting" && started) reach(actor, started, undefined);
  if (actor.life.type === "waiting" && started && targets.length === 1) {
    actor.life = { type: "begun" };
  } else if (actor.life.type === "waiting" || actor.life.type === "begun") {
    actor.life = { type: "running" };
    out.push({ type: "begin", actor: actor.name });
  } else {
    releaseToward(run, actor, targets, out);
  }
  refile(run, actor);
}

/**
 * R12: where a hold stands in front of the very span that a target is about, only that one is released. A branch
 * that stands at its place already, before its step was returned, stays there.
 */
function releaseToward(run: Run, actor: ActorState, targets: readonly Checkpoint[], out: Out): void {
  const ahead = new Set(
    actor.checkpoints.filter((it) => !isReturned(run, it)).map(({ index }) => actor.outcomes.get(index)?.arrival),
  );
  const holds = [...actor.holds.values()].filter((hold) => !ahead.has(hold));
  const named = holds.filter((hold) => targets.some((target) => names(run, target, hold)));
  release(actor, named.length > 0 ? named : holds, out);
}

function release(actor: ActorState, holds: Iterable<Arrival>, out: Out): void {
  for (const hold of holds) {
    actor.holds.delete(holdKey(hold));
    out.push({ type: "release", arrival: hold, passed: false });
  }
}

function reach(actor: ActorState, checkpoint: Checkpoint, arrival: Arrival | undefined): void {
  actor.outcomes.set(checkpoint.index, { checkpoint, reached: true, arrival });
  actor.passed = [];
  actor.passedUntold = 0;
}

function completeStep(run: Run, out: Out): void {
  const step = run.order[run.position] ?? [];
  const reached = step.flatMap((it) => actorOf(run, it).outcomes.get(it.index) ?? []);
  out.push({ type: "reached", reached });
  run.position += 1;
  for (const checkpoint of step) refile(run, actorOf(run, checkpoint));
  run.stage = { type: "idle" };
  // The step came while its diagnosis was being made: the diagnosis is void.
  run.awaiting = "nothing";
  const { goal } = run;
  if (goal?.type === "next" || (goal?.type === "skipTo" && step.some(({ index }) => index === goal.checkpoint))) {
    run.goal = undefined;
    out.push({ type: "answer", reached });
  }
}

function arrive(run: Run, arrival: Arrival, out: Out): void {
  const actor = run.actors.get(arrival.actor);
  if (!actor) {
    out.push({ type: "release", arrival, passed: true });
    return;
  }
  const matched = actor.checkpoints.filter(
    (it) => arrival.checkpoints.includes(it.index) && it.phase === arrival.phase,
  );
  for (const { index } of matched) actor.seen.set(index, (actor.seen.get(index) ?? 0) + 1);
  const armed = armedOf(run, actor);
  const target = armed.find(
    (it) => matched.includes(it) && (it.nth === undefined || it.nth === actor.seen.get(it.index)),
  );
  moved(run, actor, out);
  notePassed(run, actor, arrival);
  if (target) {
    run.everHeld = true;
    actor.holds.set(holdKey(arrival), arrival);
    reach(actor, target, arrival);
    out.push({ type: "held", arrival, checkpoint: target.index });
  } else {
    for (const { index } of matched) {
      if (!actor.outcomes.has(index)) actor.missed.set(index, arrival);
    }
    out.push({ type: "passed", passed: arrival }, { type: "release", arrival, passed: true });
  }
  refile(run, actor);
  react(run, out);
}

function pass(run: Run, passed: PassedSpan, out: Out): void {
  const actor = run.actors.get(passed.actor);
  if (!actor) return;
  moved(run, actor, out);
  notePassed(run, actor, passed);
  out.push({ type: "passed", passed });
  refile(run, actor);
  react(run, out);
}

function moved(run: Run, actor: ActorState, out: Out): void {
  actor.stalled = false;
  const { stage } = run;
  if (stage.type === "stepping" || (stage.type === "settling" && stage.actor === actor)) out.push({ type: "progress" });
}

function end(run: Run, name: string, error: string | undefined, called: readonly string[], out: Out): void {
  const actor = run.actors.get(name);
  if (actor?.life.type !== "running") return;
  actor.life = { type: "ended", error };
  moved(run, actor, out);
  actor.called = called;
  out.push({ type: "ended", actor: name, error });
  reachEnd(run, actor);
  refile(run, actor);
}

/** An actor that has ended is at its end as soon as nothing is listed before it. */
function reachEnd(run: Run, actor: ActorState): void {
  const finished = armedOf(run, actor).find(({ phase }) => phase === "finished");
  if (finished && actor.life.type === "ended") reach(actor, finished, undefined);
}

function giveUp(run: Run, checkpoint: Checkpoint): void {
  const actor = actorOf(run, checkpoint);
  actor.outcomes.set(checkpoint.index, { checkpoint, reached: false, arrival: undefined });
  reachEnd(run, actor);
  refile(run, actor);
}

function withdraw(run: Run, isMeant: (arrival: Arrival) => boolean, reason: string, out: Out): readonly string[] {
  const actors: string[] = [];
  for (const actor of run.actors.values()) {
    for (const [key, arrival] of actor.holds) {
      if (!isMeant(arrival)) continue;
      actor.holds.delete(key);
      actors.push(actor.name);
      out.push({ type: "withdrawn", arrival, reason });
    }
    refile(run, actor);
  }
  return actors;
}

function detach(run: Run, agent: AgentRef, died: boolean, reason: string, out: Out): void {
  const held = withdraw(run, (arrival) => arrival.agent.instance === agent.instance, reason, out);
  const inside: string[] = [...held];
  for (const actor of run.actors.values()) {
    for (const [spanId, open] of actor.open) {
      if (open.agent.instance !== agent.instance) continue;
      actor.open.delete(spanId);
      if (actor.life.type === "running") inside.push(actor.name);
    }
  }
  if (died) {
    run.lastDeath = { service: agent.service, pid: agent.pid, reason, actor: inside[0] };
    if (inside.length > 0) run.death = run.lastDeath;
  }
  if (run.death && run.goal) fail(run, processDied(run.death), out);
  else react(run, out);
}

function cannotGate(run: Run, name: string, index: number, reason: string, out: Out): void {
  const actor = run.actors.get(name);
  const checkpoint = actor?.checkpoints.find((it) => it.index === index);
  if (!actor || !checkpoint || actor.outcomes.has(index)) return;
  actor.ungateable.set(index, reason);
  if (run.stage.type === "stepping" && missingOf(run).includes(checkpoint) && !checkpoint.ifReached) {
    fail(run, diagnoseMissing(run, checkpoint, undefined), out);
  }
}

/** Looks whether the one who was waited for is there. */
function react(run: Run, out: Out): void {
  switch (run.stage.type) {
    case "idle":
    case "over":
      return;
    case "settling":
      if (isSettled(run.stage.actor)) proceed(run, out);
      return;
    case "stepping":
      if (missingOf(run).length === 0) {
        completeStep(run, out);
        proceed(run, out);
      } else {
        concludeEnded(run, out);
      }
      return;
    case "closing":
      if (run.alive.size === 0) proceed(run, out);
      return;
  }
}

/** An actor that ended may have spans that end after it (a server's span ends when its client has the answer). */
function concludeEnded(run: Run, out: Out): void {
  const past = [...actorsOfStep(run)].filter(isPast);
  if (run.awaiting !== "nothing" || past.length === 0) return;
  run.awaiting = "conclusion";
  run.concluding = new Set(past);
  out.push({ type: "sync" });
}

function isPast(actor: ActorState): boolean {
  return actor.life.type === "ended" && actor.open.size === 0;
}

function decide(run: Run, surroundings: Surroundings, out: Out): void {
  const { awaiting } = run;
  run.awaiting = "nothing";
  if (awaiting === "diagnosis") return fail(run, diagnose(run, surroundings), out);
  if (awaiting === "nothing" || run.stage.type !== "stepping") return;
  for (const checkpoint of missingOf(run)) {
    const actor = actorOf(run, checkpoint);
    if (!run.concluding.has(actor) || !isPast(actor)) continue;
    if (!checkpoint.ifReached) return fail(run, diagnoseMissing(run, checkpoint, surroundings), out);
    giveUp(run, checkpoint);
  }
  react(run, out);
}

/** R11, and an `ifReached` checkpoint whose actor waits for somebody else. */
function stall(run: Run, out: Out): void {
  const { stage } = run;
  if (stage.type === "settling") {
    standStill(run, stage.actor, out);
    proceed(run, out);
  }
  if (stage.type === "stepping" && missingOf(run).every(({ ifReached }) => ifReached)) {
    for (const checkpoint of missingOf(run)) {
      giveUp(run, checkpoint);
      standStill(run, actorOf(run, checkpoint), out);
    }
    react(run, out);
  }
}

function standStill(run: Run, actor: ActorState, out: Out): void {
  if (!actor.stalled) out.push({ type: "stalled", actor: actor.name });
  actor.stalled = true;
  refile(run, actor);
}

function fail(run: Run, failure: Failure, out: Out): void {
  over(run, failure, out);
  out.push({ type: "failed", failure });
}

/** Lets everything go. */
function over(run: Run, failure: Failure | undefined, out: Out): void {
  run.stage = { type: "over", failure };
  run.goal = undefined;
  for (const actor of run.actors.values()) release(actor, [...actor.holds.values()], out);
}
