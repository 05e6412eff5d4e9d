// The state machine of a run: inputs in, outputs out, no I/O, no clock.
//
// Rules that this file keeps (R1-R12 of the design):
// - Only the actors that the current step names are let go; before that, whoever was let go has settled.
// - An actor whose listed checkpoints are all behind it runs to its end before the next turn.
// - Of each actor only the next listed checkpoint stops it; every other arrival is released at once.
// - Nothing is concluded from silence: an end without a checkpoint counts when all agents have told all.
import { closeDown } from "./closing.js";
import { diagnose, diagnoseMissing } from "./diagnosis.js";
import { processDied } from "./failures.js";
import { takeWaits } from "./locks.js";
import type { Input, Output } from "./messages.js";
import { arrive, detach, end, forgetOpen, giveUp, letGo, overlook, pass, withdraw } from "./moves.js";
import { actorsOfStep, ask, concludeEnded, concludeOutlived, isPast, noteTold } from "./questions.js";
import { actorOf, holdKey, isSettled, missingOf, type Run, targetsOf } from "./run.js";
import { completeStep, fail, over, waitFor } from "./stages.js";
import { blockStalled, endStalled, giveUpEnds, giveUpStalled, standStill } from "./stalls.js";
import type { Surroundings } from "./surroundings.js";
import { concludeWaits } from "./waits.js";

/** Puts one input into the run. Changes `run`; returns what its shell has to do, in this order. */
export function advance(run: Run, input: Input): readonly Output[] {
  const out: Output[] = [];
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
    case "shortened":
      if (run.goal) run.goal = input.goal;
      break;
    case "arrived":
      arrive(run, input.arrival, out);
      react(run, out);
      break;
    case "withdrawn":
      withdraw(run, (arrival) => holdKey(arrival) === holdKey(input), input.reason, out);
      react(run, out);
      break;
    case "passed":
      pass(run, input.passed, out);
      react(run, out);
      break;
    case "unclaimed":
      overlook(run, input.root);
      break;
    case "untold":
      forgetOpen(run, input.agent, out);
      react(run, out);
      break;
    case "ungateable":
      cannotGate(run, input.actor, input.checkpoint, input.reason, out);
      break;
    case "ended":
      end(run, input.actor, input.error, input.called, out);
      react(run, out);
      break;
    case "detached":
      detach(run, input.agent, input.departure, out);
      if (run.death && run.goal) fail(run, processDied(run.death), out);
      react(run, out);
      break;
    case "synced":
      decide(run, input.surroundings, out);
      break;
    case "probed":
      takeWaits(run, input.waits, out);
      run.waitsAsOf = input.asOf;
      if (!input.isAsked) react(run, out);
      else if (run.locks === "asked") {
        run.locks = "known";
        proceed(run, out);
      }
      break;
    case "unprobed":
      if (run.goal) fail(run, { code: "ProbeFailed", message: input.message, actor: undefined }, out);
      break;
    case "stalled":
      stall(run, out);
      break;
    case "expired":
      if (giveUpEnds(run, out)) react(run, out);
      else ask(run, "diagnosis", out);
      break;
    case "closed":
      over(run, undefined, out);
      break;
  }
  return out;
}

/** Gives turns until the request is answered or somebody has to be waited for. */
function proceed(run: Run, out: Output[]): void {
  while (run.goal && run.stage.type !== "over") {
    if (run.death) return fail(run, processDied(run.death), out);
    run.awaiting = "nothing";
    if (asksForLocks(run, out)) return;
    const [mover] = run.moving;
    if (mover) {
      waitFor(run, { type: "settling", actor: mover }, true, out);
      return concludeOutlived(run, out);
    }
    const [drainable] = run.drainable;
    if (drainable) {
      if (run.position < run.order.length) out.push({ type: "drained", actor: drainable.name });
      letGo(run, drainable, [], out);
    } else if (run.position < run.order.length) {
      for (const actor of actorsOfStep(run)) letGo(run, actor, targetsOf(run, actor), out);
      if (missingOf(run).length > 0) {
        waitFor(
          run,
          { type: "stepping" },
          missingOf(run).some(({ ifReached, phase }) => ifReached || phase === "finished" || phase === "blocked"),
          out,
        );
        return look(run, out);
      }
      completeStep(run, out);
    } else if (closeDown(run, out)) {
      return;
    }
  }
}

// Who waited may wait no more, because of the turn that is just over: nobody gets the next one before that is known.
function asksForLocks(run: Run, out: Output[]): boolean {
  if (run.locks === "unknown" && [...run.actors.values()].some(({ wait }) => wait)) {
    run.locks = "asked";
    out.push({ type: "probe" });
  }
  return run.locks === "asked";
}

function cannotGate(run: Run, name: string, index: number, reason: string, out: Output[]): void {
  const actor = run.actors.get(name);
  const checkpoint = actor?.checkpoints.find((it) => it.index === index);
  if (!actor || !checkpoint || actor.outcomes.has(index)) return;
  actor.ungateable.set(index, reason);
  // Another occurrence, or another span, may still be gated: only the next one cannot.
  const isNext = run.stage.type === "stepping" && missingOf(run).includes(checkpoint) && checkpoint.nth === undefined;
  if (isNext && !checkpoint.ifReached) {
    fail(run, diagnoseMissing(run, checkpoint, undefined), out);
  }
}

/** Looks whether the one who was waited for is there. */
function react(run: Run, out: Output[]): void {
  switch (run.stage.type) {
    case "idle":
    case "over":
      return;
    case "settling":
      if (isSettled(run.stage.actor)) proceed(run, out);
      else concludeOutlived(run, out);
      return;
    case "stepping":
      return look(run, out);
    case "closing":
      if (run.alive.size === 0) proceed(run, out);
      return;
  }
}

/** Whether the step is complete, or can never be. */
function look(run: Run, out: Output[]): void {
  const failure = concludeWaits(run);
  if (failure) return fail(run, failure, out);
  if (missingOf(run).length > 0) return concludeEnded(run, out);
  completeStep(run, out);
  proceed(run, out);
}

function decide(run: Run, surroundings: Surroundings, out: Output[]): void {
  const { awaiting } = run;
  run.awaiting = "nothing";
  if (awaiting === "nothing") return;
  if (awaiting === "end") noteTold(run);
  if (awaiting === "stall") {
    const failure = giveUpStalled(run, surroundings, out);
    return failure ? fail(run, failure, out) : react(run, out);
  }
  const isCertain = run.stage.type === "stepping" && surroundings.silent.length === 0;
  for (const checkpoint of isCertain ? missingOf(run) : []) {
    const actor = actorOf(run, checkpoint);
    if (!run.concluding.has(actor) || !isPast(actor)) continue;
    if (!checkpoint.ifReached) return fail(run, diagnoseMissing(run, checkpoint, surroundings), out);
    giveUp(run, checkpoint);
  }
  if (awaiting === "diagnosis" && (run.stage.type !== "stepping" || missingOf(run).length > 0)) {
    // Who ended while the agents were answering may have been told of since: ask once more.
    const isNew = isCertain && [...actorsOfStep(run)].some((actor) => isPast(actor) && !run.concluding.has(actor));
    return isNew ? ask(run, "diagnosis", out) : fail(run, diagnose(run, surroundings), out);
  }
  react(run, out);
}

/** R11; or an `ifReached` checkpoint whose actor waits for somebody else: for whom is asked of the agents. */
function stall(run: Run, out: Output[]): void {
  const { stage } = run;
  if (stage.type === "settling") {
    standStill(run, stage.actor, out);
    proceed(run, out);
  }
  const mayNeverCome = stage.type === "stepping" && missingOf(run).every(({ ifReached }) => ifReached);
  if (mayNeverCome && run.awaiting === "nothing") ask(run, "stall", out);
  if (stage.type === "stepping" && !mayNeverCome) {
    endStalled(run, out);
    if (!run.isProbed) blockStalled(run, out);
    react(run, out);
  }
}
