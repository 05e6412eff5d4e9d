// What happens to one actor: it is let go, arrives, passes, ends, is lost. Each function changes the actor and puts
// out what its shell has to do; who moves next is decided in turns.ts.
import { type ActorState, noteUnclaimed } from "./actor-state.js";
import type { Departure } from "./departure.js";
import { livesOn } from "./in-flight.js";
import { free } from "./locks.js";
import type { Output } from "./messages.js";
import type { AgentRef, Arrival, Checkpoint, LockWait, PassedSpan } from "./model.js";
import { actorOf, armedOf, holdKey, isGoingOn, isReturned, names, note, type Run, refile } from "./run.js";

/** Gives an actor the turn: begins it, or releases the holds that stand between it and its targets. */
export function letGo(run: Run, actor: ActorState, targets: readonly Checkpoint[], out: Output[]): void {
  const started = targets.find(({ phase }) => phase === "started");
  if (actor.life.type === "waiting" && started) reach(actor, started, undefined);
  if (actor.life.type === "waiting" && started && targets.length === 1) {
    actor.life = { type: "begun" };
  } else if (actor.life.type === "waiting" || actor.life.type === "begun") {
    actor.life = { type: "running" };
    out.push({ type: "begin", actor: actor.name });
  } else {
    releaseToward(run, actor, targets, out);
    reachEnd(run, actor);
  }
  refile(run, actor);
}

/**
 * R12: where a hold stands in front of the very span that a target is about, only that one is released. A branch
 * that stands at its place already, before its step was returned, stays there.
 */
function releaseToward(run: Run, actor: ActorState, targets: readonly Checkpoint[], out: Output[]): void {
  const ahead = new Set(
    actor.checkpoints.filter((it) => !isReturned(run, it)).map(({ index }) => actor.outcomes.get(index)?.arrival),
  );
  const holds = [...actor.holds.values()].filter((hold) => !ahead.has(hold));
  const named = holds.filter((hold) => targets.some((target) => names(run, target, hold)));
  release(actor, named.length > 0 ? named : holds, out);
}

/** Lets holds go on. */
export function release(actor: ActorState, holds: Iterable<Arrival>, out: Output[]): void {
  for (const hold of holds) {
    actor.holds.delete(holdKey(hold));
    actor.isTold = false;
    out.push({ type: "release", arrival: hold, passed: false });
  }
}

/** @param wait for `blocked` */
export function reach(actor: ActorState, checkpoint: Checkpoint, arrival: Arrival | undefined, wait?: LockWait): void {
  actor.outcomes.set(checkpoint.index, { checkpoint, reached: true, arrival, wait });
  // An end makes nothing old of what was passed before it: it may be all that the actor did.
  if (!arrival) return;
  actor.passed = [];
  actor.passedUntold = 0;
}

/** The actor stands at a gate: held where it is expected, released at once anywhere else. */
export function arrive(run: Run, arrival: Arrival, out: Output[]): void {
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
  leaveCall(run, actor, arrival, out);
  note(run, actor, arrival);
  if (target) {
    run.everHeld = true;
    actor.holds.set(holdKey(arrival), arrival);
    reach(actor, target, arrival);
    out.push({ type: "held", arrival, checkpoint: target.index });
  } else {
    for (const { index } of matched) {
      if (!actor.outcomes.has(index)) actor.missed.set(index, arrival);
    }
    // A process stands still until it is released: that comes before what is told of it.
    out.push({ type: "release", arrival, passed: true }, { type: "passed", passed: arrival });
    reachEnd(run, actor);
  }
  refile(run, actor);
}

/** A span of the actor passed. */
export function pass(run: Run, passed: PassedSpan, out: Output[]): void {
  const actor = run.actors.get(passed.actor);
  if (!actor) return;
  moved(run, actor, out);
  leaveCall(run, actor, passed, out);
  note(run, actor, passed);
  out.push({ type: "passed", passed });
  reachEnd(run, actor);
  refile(run, actor);
}

/** A root span of nobody began that may be what an actor was to be adopted by. */
export function overlook(run: Run, root: PassedSpan): void {
  const actor = run.actors.get(root.actor);
  if (actor) noteUnclaimed(actor, root);
}

function leaveCall(run: Run, actor: ActorState, at: PassedSpan | Arrival, out: Output[]): void {
  const atMs = "atMs" in at ? at.atMs : undefined;
  if (at.phase === "after" && actor.wait?.call.span.spanId === at.span.spanId) free(run, actor, out, atMs);
}

function moved(run: Run, actor: ActorState, out: Output[]): void {
  run.moves += 1;
  actor.stalled = false;
  if (run.awaiting === "stall") run.awaiting = "nothing";
  const { stage } = run;
  if (stage.type === "stepping" || (stage.type === "settling" && stage.actor === actor)) out.push({ type: "progress" });
}

/** The actor's action has ended. */
export function end(run: Run, name: string, error: string | undefined, called: readonly string[], out: Output[]): void {
  const actor = run.actors.get(name);
  if (actor?.life.type !== "running") return;
  actor.life = { type: "ended", error };
  actor.isTold = false;
  moved(run, actor, out);
  actor.called = called;
  out.push({ type: "ended", actor: name, error });
  reachEnd(run, actor);
  refile(run, actor);
}

/**
 * An actor whose action has ended is at its end as soon as nothing is listed before it, and nothing of it is left in
 * queues. What is left there for good ends by the clock of progress.
 */
export function reachEnd(run: Run, actor: ActorState): void {
  if (actor.life.type !== "ended" || (livesOn(actor) && !actor.stalled)) return;
  const finished = armedOf(run, actor).find(({ phase }) => phase === "finished");
  if (finished) reach(actor, finished, undefined);
}

/** An `ifReached` checkpoint will not come. */
export function giveUp(run: Run, checkpoint: Checkpoint): void {
  const actor = actorOf(run, checkpoint);
  actor.outcomes.set(checkpoint.index, { checkpoint, reached: false, arrival: undefined, wait: undefined });
  reachEnd(run, actor);
  refile(run, actor);
}

/** Drops holds whose flows are gone. Returns the actors that stood there. */
export function withdraw(
  run: Run,
  isMeant: (arrival: Arrival) => boolean,
  reason: string,
  out: Output[],
): readonly string[] {
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

/** An agent is gone, and with it whatever stood or went on in it. */
export function detach(run: Run, agent: AgentRef, departure: Departure, out: Output[]): void {
  const held = withdraw(run, (arrival) => arrival.agent.instance === agent.instance, departure.reason, out);
  const inside = [...held, ...forgetOpen(run, agent, out)];
  // A process that ends in order, as by process.exit(), takes whoever stands in it along all the same.
  if (departure.how !== "in order" || held.length > 0) {
    run.lastDeath = { service: agent.service, pid: agent.pid, departure, actor: inside[0] };
    if (inside.length > 0) run.death = run.lastDeath;
  }
}

/** Forgets the open spans of an agent. Returns the actors that had some there and were going on. */
export function forgetOpen(run: Run, agent: AgentRef, out: Output[]): readonly string[] {
  const inside = new Set<string>();
  for (const actor of run.actors.values()) {
    const wasGoingOn = isGoingOn(actor);
    for (const [spanId, open] of actor.open) {
      if (open.agent.instance !== agent.instance) continue;
      actor.open.delete(spanId);
      if (wasGoingOn) inside.add(actor.name);
    }
    if (actor.wait && !actor.open.has(actor.wait.call.span.spanId)) free(run, actor, out);
    reachEnd(run, actor);
    refile(run, actor);
  }
  return [...inside];
}
