// What the facts of a failure suggest: a likely cause beyond them, and the way out of it.

import { type ActorState, innermostOf } from "./actor-state.js";
import { describeAgent, describeCheckpoint, describePlace } from "./describe.js";
import { carriesActor } from "./in-flight.js";
import type { Checkpoint, PassedSpan } from "./model.js";
import { nearestOf } from "./nearest.js";
import type { Run } from "./run.js";
import type { AttachedAgent, FrozenThread } from "./surroundings.js";

const poolName = /\bpool\b/i;
const instrumented = /^@opentelemetry\/instrumentation-/;
const waitsLimit = 3;

/** Agents that listen where the actor called, and saw nothing of it: their OpenTelemetry makes no span of a request. */
export function tellDeaf(actor: ActorState, agents: readonly AttachedAgent[]): readonly string[] {
  const deaf = agents.filter(({ ports }) =>
    ports.some((port) => actor.called.some((address) => address.endsWith(`:${port}`))),
  );
  return deaf.map(
    (agent) =>
      `${describeAgent(agent)} listens where it called and made no span of the call. If that service sets up OpenTelemetry itself, its set-up leaves the server out or reads no traceparent: add the server's instrumentation to it (such as HttpInstrumentation of @opentelemetry/instrumentation-http, loaded before the server is), and the W3C propagators. If it is bundled, its server cannot be instrumented.`,
  );
}

/** How a thread hold that stops others could be a flow hold. */
export function tellFlowHold(run: Run, { agent, by, place }: FrozenThread): string {
  const hold = [...(run.actors.get(by)?.holds.values() ?? [])].find((it) => it.agent.instance === agent.instance);
  const asked = run.checkpoints.find(({ index, hold: mode }) => mode === "thread" && hold?.checkpoints.includes(index));
  const change = asked
    ? `take { hold: "thread" } from ${describeCheckpoint(asked)}`
    : `give ${agent.service} or the checkpoint { hold: "flow" }`;
  const condition =
    hold && instrumented.test(hold.span.scope)
      ? ""
      : ` That can hold ${hold ? JSON.stringify(hold.span.name) : place} if it is an instrumented call, or tracer.startActiveSpan with an async function.`;
  return `Hold only ${by}'s flow there, so that the process serves others meanwhile: ${change}.${condition}`;
}

/** The calls in which the actor waits; a held actor may have what they wait for. */
export function tellWaits(run: Run, actor: ActorState): readonly string[] {
  const { wait } = actor;
  if (wait)
    return [
      `It waits for ${wait.by.join(" and ")}: ${wait.lock}, in ${wait.call.span.name} of ${describeAgent(wait.call.agent)}.`,
    ];
  return waitsOf(actor)
    .slice(-waitsLimit)
    .flatMap((waiting) => [
      `It is in ${waiting.span.name} of ${describeAgent(waiting.agent)}, a call that has begun and not ended.`,
      ...(poolName.test(waiting.span.name) ? tellOwners(run, actor, waiting) : []),
    ]);
}

/** A call to a store that waits while another actor is held waits for its lock: that may be the repair itself. */
export function tellRepair(run: Run, actor: ActorState, checkpoint: Checkpoint): readonly string[] {
  const waits = waitsOf(actor).some(({ span }) => !carriesActor.test(span.scope) && !poolName.test(span.name));
  const isHeld = [...run.actors.values()].some((it) => it !== actor && it.holds.size > 0);
  if (!waits || !isHeld || !checkpoint.span || checkpoint.ifReached) return [];
  return [
    `If that lock is this version's repair, say that the checkpoint may not come: ${describeCheckpoint({ ...checkpoint, ifReached: true })}.`,
  ];
}

/**
 * The name that was meant, or that it is the rest of what is asked for which does not fit. Where a cause is known, or the
 * actor never came to a span of that name, the rest is not at fault.
 */
export function tellNames(
  run: Run,
  actor: ActorState,
  checkpoint: Checkpoint,
  causes: readonly string[],
): readonly string[] {
  const { span, index } = checkpoint;
  const fitting = [...run.names].filter(([name]) => run.matchers[index]?.name(name));
  if (fitting.length > 0) {
    const own = causes.length === 0 && fitting.find(([, actors]) => actors.has(actor.name));
    return own
      ? [
          `A span whose name fits, ${JSON.stringify(own[0])}, was passed by ${actor.name}: ${tellRest(actor, checkpoint, own[0])}`,
        ]
      : [];
  }
  const nearest = span && nearestOf(span.name, run.names);
  return nearest ? [`Nearest name: ${JSON.stringify(nearest[0])} (passed by ${[...nearest[1]].join(", ")}).`] : [];
}

/** What besides its name keeps a span from being the one that is meant. Agents tell of attributes that a rule asks for alone. */
function tellRest({ passed }: ActorState, { phase, span }: Checkpoint, name: string): string {
  const named = passed.filter((it) => it.span.name === name);
  const services = new Set(named.map(({ agent }) => agent.service));
  const kinds = new Set(named.map((it) => it.span.kind));
  if (named.length === 0) return "look at the phase, service, kind and attributes asked for.";
  if (span?.service !== undefined && !services.has(span.service))
    return `it was in ${[...services].join(", ")}, and ${span.service} is asked for.`;
  if (span?.kind && !kinds.has(span.kind))
    return `its kind is ${[...kinds].join(", ")}, and ${span.kind} is asked for.`;
  if (!named.some((it) => it.phase === phase)) return "it has not ended.";
  return span && span.attributes.length > 0
    ? `look at the attributes asked for: ${span.attributes.map(({ key }) => key).join(", ")}.`
    : "look at the phase asked for.";
}

/** The innermost calls of the actor that have begun and not ended. */
function waitsOf(actor: ActorState): readonly PassedSpan[] {
  return innermostOf(actor).filter(({ span }) => span.kind === "client" || poolName.test(span.name));
}

function tellOwners(run: Run, actor: ActorState, { agent }: PassedSpan): readonly string[] {
  const holds = [...run.actors.values()]
    .filter((it) => it !== actor)
    .flatMap((it) => [...it.holds.values()])
    .filter((hold) => hold.agent.instance === agent.instance);
  return holds.map(
    (hold) =>
      `The pool may have no connection left: ${hold.actor}, held ${describePlace(hold.phase, hold.span)} in the same process, keeps what it has, maybe the last one. Make the pool larger, or let ${hold.actor} go on first.`,
  );
}
