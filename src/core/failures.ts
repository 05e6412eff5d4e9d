// The wording of a run's failures: what happened, the facts, the remedy.

import type { ActorState } from "./actor-state.js";
import { describeAdopted, describeAgent, describeCheckpoint, describePlace } from "./describe.js";
import type { ErrorCode, Failure } from "./errors.js";
import { tellDeaf, tellFlowHold, tellNames, tellRepair, tellWaits } from "./hints.js";
import { namesOf, tellEnlarging, tellKept, tellSharing, tellShortage, tellSuspicion } from "./keepers.js";
import type { AgentRef, Checkpoint, LockWait, SpanMatch } from "./model.js";
import { nearestOf } from "./nearest.js";
import { actorOf, type Death, type Run } from "./run.js";
import { tellCalls, tellMissed, tellPassed, tellSpans, tellTrouble, tellUnclaimed } from "./span-lists.js";
import type { Starvation } from "./starvation.js";
import type { AttachedAgent, FrozenThread, Surroundings } from "./surroundings.js";

const remedyOfNoAgent =
  "Start the service with gateway.service(), or give its process the variables of gateway.environment(). A client other than fetch, undici or node:http has to send actor.headers itself; a call made outside the starter's function belongs to nobody. A service that sets up OpenTelemetry itself is seen only if it instruments its server and reads traceparent.";

export function checkpointNotReached(run: Run, actor: ActorState, checkpoint: Checkpoint): Failure {
  const missed = tellMissed(actor, checkpoint);
  const trouble = tellTrouble(actor);
  return failure("CheckpointNotReached", actor, [
    `${actor.name} never reached ${describeCheckpoint(checkpoint)}.`,
    `${actor.name} ${hasEnded(actor) ? "finished" : "went on"} without it. ${tellPassed(actor)}`,
    ...tellSpans(actor),
    ...trouble,
    ...missed,
    ...tellNames(run, actor, checkpoint, [...trouble, ...missed]),
    ...tellCalls(actor),
    ...tellOrder(run),
    trouble.length > 0
      ? "Mend what failed. If it is meant to fail, mend the checkpoint's name or place."
      : "Mend the checkpoint's name or place, or mark it .ifReached() if this version of the code may skip it.",
  ]);
}

export function starterCrashed(run: Run, actor: ActorState, checkpoint: Checkpoint, error: string): Failure {
  return failure("StarterCrashed", actor, [
    `${actor.name} crashed before it reached ${describeCheckpoint(checkpoint)}.`,
    `Its error: ${error}`,
    tellPassed(actor),
    ...tellSpans(actor),
    ...tellOrder(run),
  ]);
}

/** @param error how the starter ended because of it, if that is known */
export function processDied(death: Death, error?: string): Failure {
  const { service, pid, departure } = death;
  const { how, reason } = departure;
  const isLost = how === "lost";
  const inside = death.actor === undefined ? "" : ` while ${death.actor} was in it`;
  return {
    code: "ProcessDied",
    actor: death.actor,
    message: lines([
      `The process ${service} (pid ${pid}) ${isLost ? "is lost" : "died"}${inside}${isLost ? `: ${reason}` : ""}.`,
      ...(how === "died" ? [`Its link ended with: ${reason}`] : []),
      // An error that nobody catches ends a process in order too.
      ...(how === "in order" ? [`By itself: ${reason}.`] : []),
      ...(error === undefined ? [] : [`The starter's error: ${error}`]),
      isLost
        ? "Its holds are gone with it. Where it still runs it goes on without spangate: start it anew to race it again."
        : "Its holds are gone with it. Its output tells why it died: see service.logs.",
    ]),
  };
}

export function notGateable(run: Run, actor: ActorState, checkpoint: Checkpoint, reason: string): Failure {
  return failure("NotGateable", actor, [
    `${describeCheckpoint(checkpoint)} matched a span that cannot be stopped there.`,
    reason,
    ...tellOrder(run),
  ]);
}

export function neverBegan(run: Run, actor: ActorState, adopts: SpanMatch, agents: readonly AttachedAgent[]): Failure {
  const started = [...actor.outcomes.values()].some(({ checkpoint }) => checkpoint.phase === "started");
  return failure("NeverBegan", actor, [
    `${actor.name} was not found: no root span like adopt(${JSON.stringify(actor.name)}, ${describeAdopted(adopts)}) was started since the run was opened.`,
    ...(started ? [`${actor.name}.started says only that its turn has come, not that its flow has begun.`] : []),
    tellServices(adopts, agents),
    ...tellUnclaimed(actor, adopts),
    ...tellOrder(run),
    "Only a span without a parent begins a flow that can be adopted: give the name of the first span that the job, the timer or the message makes. Where a service holds flows, that span must be of an instrumented call or of tracer.startActiveSpan with an async function.",
  ]);
}

export function noAgent(
  run: Run,
  actor: ActorState,
  checkpoint: Checkpoint,
  { agents = [], silent = [] }: Partial<Surroundings>,
): Failure {
  const called = actor.called.length > 0 ? `It called ${actor.called.join(", ")}. ` : "";
  const attached = agents.map(
    ({ service, pid, ports }) => `${service} (pid ${pid}${ports.length > 0 ? `, port ${ports.join(", ")}` : ""})`,
  );
  return failure("NoAgent", actor, [
    `${actor.name} ${hasEnded(actor) ? "finished" : "waits"}, and no agent has seen it: ${describeCheckpoint(checkpoint)} cannot be reached.`,
    `${called}Agents are attached in: ${attached.join("; ") || "no process"}.`,
    ...tellSilent(silent),
    ...tellDeaf(actor, agents),
    ...tellOrder(run),
    ...(agents.length > 0
      ? []
      : [
          "If this file imports its application, the agent belongs into the test's own process: add the plugin of spangate/vitest/config, or load spangate/here and give openGateway() the option here.",
        ]),
    remedyOfNoAgent,
  ]);
}

export function heldElsewhere(run: Run, actor: ActorState, checkpoint: Checkpoint | undefined): Failure {
  return failure("HeldElsewhere", actor, [
    `${actor.name} did not reach ${checkpoint ? describeCheckpoint(checkpoint) : "its end"} because it is held elsewhere.`,
    ...[...actor.holds.values()].map(
      (hold) => `It stands ${describePlace(hold.phase, hold.span)} in ${describeAgent(hold.agent)}.`,
    ),
    ...tellOrder(run),
    "List the checkpoint where it stands again, or a later one, so that its turn comes.",
  ]);
}

/** @param chain from the actor to the one that stands still */
export function deadlock(run: Run, actor: ActorState, checkpoint: Checkpoint, chain: readonly LockWait[]): Failure {
  const owner = chain
    .at(-1)
    ?.by.map((name) => run.actors.get(name))
    .find((it) => it && it.holds.size > 0);
  return failure("Deadlock", actor, [
    `${actor.name} cannot reach ${describeCheckpoint(checkpoint)}: it waits for a lock of ${owner?.name}, which is held and has its turn only after that.`,
    ...chain.map(tellWait),
    ...[...(owner?.holds.values() ?? [])].map(
      (hold) => `${hold.actor} stands ${describePlace(hold.phase, hold.span)} in ${describeAgent(hold.agent)}.`,
    ),
    ...tellOrder(run),
    `Let ${owner?.name} go on first; to see ${actor.name} wait, list ${actor.name}.blocked there.`,
    ...(checkpoint.span
      ? [
          `If that lock is this version's repair, say that the checkpoint may not come: ${describeCheckpoint({ ...checkpoint, ifReached: true })}.`,
        ]
      : []),
  ]);
}

function tellWait({ actor, call, lock, by }: LockWait): string {
  return `${actor} waits for ${by.join(" and ")}: ${lock}, in ${call.span.name} of ${describeAgent(call.agent)}.`;
}

export function frozen(run: Run, actor: ActorState, thread: FrozenThread, certainty: "fact" | "likely"): Failure {
  const { agent, by, place } = thread;
  const why =
    certainty === "fact"
      ? `${actor.name} has called it and waits for its answer.`
      : `${actor.name} is in no process that can run, so its request most likely waits there.`;
  return failure("Frozen", actor, [
    `${actor.name} cannot go on: the process ${describeAgent(agent)} is frozen by ${by}, which is held ${place}.`,
    `${why} A thread hold stops the whole process and every request in it.`,
    ...tellOrder(run),
    tellFlowHold(run, thread),
    "Or run a second process of the service and send each actor to its own, or let the order release the first actor before the second needs the process.",
  ]);
}

export function starved(
  run: Run,
  actor: ActorState,
  checkpoint: Checkpoint | undefined,
  starvation: Starvation,
): Failure {
  const goal = run.stage.type === "stepping" && checkpoint ? describeCheckpoint(checkpoint) : "its end";
  const { type, at } = starvation;
  const why =
    type === "fact"
      ? `it waits for ${starvation.shortage.resource}, and ${tellKept(run, actor, starvation.shortage)}.`
      : `most likely it waits for something that ${namesOf(starvation.keepers)} ${starvation.keepers.length > 1 ? "keep" : "keeps"} while held.`;
  // What is only likely may be a misspelt name, or a place that is past, behind which the actor is slow.
  const missed = type === "likely" && checkpoint ? tellMissed(actor, checkpoint) : [];
  return failure("Starved", actor, [
    `${actor.name} cannot reach ${goal}: ${why}`,
    ...(type === "fact" ? tellShortage(run, actor, at, starvation.shortage) : tellSuspicion(at, starvation.keepers)),
    tellPassed(actor),
    ...tellSpans(actor),
    ...missed,
    ...(type === "likely" && checkpoint ? tellNames(run, actor, checkpoint, missed) : []),
    ...tellOrder(run),
    ...(type === "fact" ? tellEnlarging(run, actor, starvation.shortage) : tellSharing(starvation.keepers, checkpoint)),
  ]);
}

export function stepTimedOut(
  run: Run,
  actor: ActorState | undefined,
  checkpoint: Checkpoint | undefined,
  silent: readonly AgentRef[],
): Failure {
  const goal = run.stage.type === "stepping" ? checkpoint : undefined;
  const causes = actor ? [...tellWaits(run, actor), ...(checkpoint ? tellMissed(actor, checkpoint) : [])] : [];
  return failure("StepTimedOut", actor, [
    `${actor?.name ?? "The run"} did not reach ${goal ? describeCheckpoint(goal) : "its end"} in time.`,
    ...(actor
      ? [
          tellPassed(actor),
          ...tellSpans(actor),
          ...causes,
          ...(checkpoint ? tellNames(run, actor, checkpoint, causes) : []),
          ...tellCalls(actor),
        ]
      : []),
    ...tellSilent(silent),
    ...tellOrder(run),
    "If the code is only slow, raise stepTimeoutMs. If it waits for a lock of an actor that stands still, the order cannot happen: let that actor go on first.",
    ...(actor && goal ? tellRepair(run, actor, goal) : []),
  ]);
}

function tellSilent(silent: readonly AgentRef[]): readonly string[] {
  return silent.map(
    (agent) => `${describeAgent(agent)} does not answer: its thread is busy, or the link to its machine is cut.`,
  );
}

export function rulesNotTaken(silent: readonly AgentRef[]): Failure {
  return failure("StepTimedOut", undefined, [
    "The run did not begin in time: not every agent has taken its rules.",
    ...silent.map((agent) => `${describeAgent(agent)} does not answer.`),
    "Is that process stopped, or its machine overloaded? End it, or raise stepTimeoutMs.",
  ]);
}

export function nothingHeld(run: Run): Failure {
  const unseen = [...run.actors.values()].filter(({ visible, called }) => !visible && called.length > 0);
  return failure("NothingHeld", undefined, [
    "The run ended, and nothing was ever held: it proves nothing.",
    "Every checkpoint of the order was marked .ifReached(), and none came.",
    ...[...run.actors.values()].flatMap((actor) => [`${actor.name}: ${tellPassed(actor)}`, ...tellSpans(actor)]),
    ...unseen.map(({ name, called }) => `${name} called ${called.join(", ")}, and no agent has seen it there.`),
    ...tellOrder(run),
    ...(unseen.length > 0 ? [remedyOfNoAgent] : []),
    "List at least one checkpoint that every version of the code reaches.",
  ]);
}

function failure(code: ErrorCode, actor: ActorState | undefined, told: readonly string[]): Failure {
  return { code, actor: actor?.name, message: lines(told) };
}

function lines([first, ...rest]: readonly string[]): string {
  return [first, ...rest.map((line) => `  ${line}`)].join("\n");
}

function tellServices({ service }: SpanMatch, agents: readonly AttachedAgent[]): string {
  const services = new Map(agents.map((agent) => [agent.service, agent]));
  const attached = `Agents are attached in: ${[...services.keys()].join(", ") || "no process"}`;
  if (service === undefined || services.has(service)) return `${attached}.`;
  const nearest = nearestOf({ type: "exact", text: service }, services);
  return `${attached}; none in ${JSON.stringify(service)}${nearest ? `: did you mean ${JSON.stringify(nearest[0])}?` : "."}`;
}

function hasEnded(actor: ActorState): boolean {
  return actor.life.type === "ended";
}

function tellOrder(run: Run): readonly string[] {
  const steps = run.order.map((step, at) => {
    const came = step.some((it) => actorOf(run, it).outcomes.get(it.index)?.reached);
    const mark = at < run.position ? (came ? "done" : "not ") : at === run.position ? "here" : "    ";
    return `  ${mark}  ${step.map(describeCheckpoint).join(" together with ")}`;
  });
  const from = Math.max(0, run.position - 5);
  return ["The order:", ...steps.slice(from, run.position + 6)];
}
