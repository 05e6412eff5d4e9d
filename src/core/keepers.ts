// What is told of an actor that starves: where it waits, who keeps what it waits for, and the way out.
import { type ActorState, innermostOf } from "./actor-state.js";
import { describeAgent, describeCheckpoint, describePlace } from "./describe.js";
import type { Checkpoint, PassedSpan } from "./model.js";
import type { Run } from "./run.js";
import { standsStill } from "./starvation.js";
import type { Shortage } from "./surroundings.js";

/** How many of them held actors have. */
export function tellKept(run: Run, actor: ActorState, { inUse, kept }: Shortage): string {
  const held = kept.filter((use) => use.actor !== actor.name && standsStill(run.actors.get(use.actor)));
  return held.length === inUse ? "held actors keep all that there are" : `held actors keep ${held.length} of ${inUse}`;
}

/** Who has all that there are: the driver's figures, and its own list of what is in use. */
export function tellShortage(
  run: Run,
  actor: ActorState,
  at: PassedSpan,
  { option, limit, inUse, kept }: Shortage,
): readonly string[] {
  const users = Map.groupBy(kept, (use) => use.actor);
  const others = inUse - kept.length;
  return [
    `It is in ${at.span.name} of ${describeAgent(at.agent)} and is given none: ${option} is ${limit}, and ${inUse} ${inUse === 1 ? "is" : "are"} in use.`,
    ...[...users].map(([name, uses]) => {
      const calls = [...new Set(uses.map(({ span }) => span.name))].join(", ");
      return `${uses.length} by ${tellStand(name, name === actor.name ? undefined : run.actors.get(name))}, last for ${calls}.`;
    }),
    ...(others > 0 ? [`${others} by nobody of this run.`] : []),
  ];
}

export function tellEnlarging(run: Run, actor: ActorState, { option, kept }: Shortage): readonly string[] {
  const names = new Set(kept.map((use) => use.actor));
  names.delete(actor.name);
  const keepers = [...names].flatMap((name) => run.actors.get(name) ?? []).filter(standsStill);
  return [
    `Raise ${option} in the service under test: what held actors keep must leave one for ${actor.name}. Or let ${namesOf(keepers)} go on first. That nothing is left because of holds shows nothing about the code.`,
  ];
}

/** That nothing of the actor can be seen to go on, and who is held where it is. */
export function tellSuspicion(at: PassedSpan, keepers: readonly ActorState[]): readonly string[] {
  return [
    `It is in ${at.span.name} of ${describeAgent(at.agent)}, and no call of it there has begun and not ended.`,
    ...keepers.map((keeper) => `In the same process is ${tellStand(keeper.name, keeper)}${tellCalls(keeper, at)}.`),
    "It may wait for a mutex or a queue of the application, or for a pool whose calls make no span.",
  ];
}

export function tellSharing(keepers: readonly ActorState[], checkpoint: Checkpoint | undefined): readonly string[] {
  const repair = checkpoint?.span
    ? ` If a mutex is this version's repair, say that the checkpoint may not come: ${describeCheckpoint({ ...checkpoint, ifReached: true })}.`
    : "";
  return [
    `Let ${namesOf(keepers)} go on first. If it is a pool, make it larger; if the code is only slow, raise stepTimeoutMs.${repair}`,
  ];
}

export function namesOf(actors: readonly ActorState[]): string {
  return actors.map(({ name }) => name).join(" and ");
}

function tellStand(name: string, actor: ActorState | undefined): string {
  const [hold] = actor?.holds.values() ?? [];
  if (hold) return `${name}, held ${describePlace(hold.phase, hold.span)} in ${describeAgent(hold.agent)}`;
  return actor?.wait ? `${name}, which waits for ${actor.wait.by.join(" and ")}` : name;
}

function tellCalls(keeper: ActorState, { agent }: PassedSpan): string {
  const calls = innermostOf(keeper).filter((it) => it.span.kind === "client" && it.agent.instance === agent.instance);
  return calls.length > 0 ? `, amid ${calls.map(({ span }) => span.name).join(", ")}` : "";
}
