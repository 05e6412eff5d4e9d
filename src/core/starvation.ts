// An actor that waits for something which others keep while they are held. Where a driver shows it, that is a fact;
// elsewhere it is likely where nothing of the actor goes on in a process in which another one is held.
import { type ActorState, innermostOf } from "./actor-state.js";
import type { PassedSpan } from "./model.js";
import type { Run } from "./run.js";
import type { Shortage, Surroundings } from "./surroundings.js";

/** Why an actor starves, and through whom. */
export type Starvation =
  | { readonly type: "fact"; readonly at: PassedSpan; readonly shortage: Shortage }
  | { readonly type: "likely"; readonly at: PassedSpan; readonly keepers: readonly ActorState[] };

/** The fact that the actor starves. One of its branches that goes on may yet come to where the actor is awaited. */
export function findStarvation(run: Run, actor: ActorState, { shortages }: Surroundings): Starvation | undefined {
  const own = shortages.filter(({ waiting }) => waiting.actor === actor.name);
  const found = branchesOf(actor).map((at) => ({
    ...({ type: "fact", at } as const),
    shortage: own.find(({ waiting, kept }) => isAt(at, waiting) && kept.some((it) => isKeptFrom(run, actor, it))),
  }));
  const [first] = found;
  if (!first?.shortage || !found.every(({ shortage }) => shortage)) return undefined;
  return { ...first, shortage: first.shortage };
}

/** Nothing of the actor is a call that goes on, and where it is somebody else is held: maybe with what it waits for. */
export function suspectStarvation(run: Run, actor: ActorState): Starvation | undefined {
  const branches = branchesOf(actor);
  const [at] = branches;
  // Whose lock it waits for is known.
  if (!at || actor.wait || branches.some(({ span }) => span.kind === "client" || span.kind === "producer"))
    return undefined;
  const keepers = [...run.actors.values()].filter(
    (it) => it !== actor && it.holds.size > 0 && branches.some((branch) => isInside(it, branch)),
  );
  return branches.every((branch) => keepers.some((it) => isInside(it, branch)))
    ? { type: "likely", at, keepers }
    : undefined;
}

/** Whether the actor stands still, so that it keeps what it has until somebody else has moved. */
export function standsStill(actor: ActorState | undefined): actor is ActorState {
  return actor !== undefined && (actor.holds.size > 0 || actor.wait !== undefined);
}

function isKeptFrom(run: Run, actor: ActorState, use: Shortage["kept"][number]): boolean {
  return use.actor !== actor.name && standsStill(run.actors.get(use.actor));
}

function branchesOf(actor: ActorState): readonly PassedSpan[] {
  return actor.holds.size > 0 ? [] : innermostOf(actor).filter(({ span }) => !span.endless);
}

function isAt(at: PassedSpan, { span, agent }: Shortage["waiting"]): boolean {
  return at.span.spanId === span.spanId && at.agent.instance === agent.instance;
}

// Held there, or elsewhere while its request there is not answered.
function isInside({ holds, open }: ActorState, { agent }: PassedSpan): boolean {
  return [...holds.values(), ...open.values()].some((it) => it.agent.instance === agent.instance);
}
