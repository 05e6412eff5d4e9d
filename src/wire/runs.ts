// Orders and happenings of a run between the wire and the core.

import { errorOf, type Failure, isErrorCode } from "../core/errors.js";
import type { Entry, Happening } from "../core/happenings.js";
import type {
  AdoptedActor,
  Arrival,
  Checkpoint,
  LockWait,
  PassedSpan,
  Reached,
  SpanMatch,
  Step,
} from "../core/model.js";
import { HoldMode, SpanKind, type SpanMatch as WireMatch } from "../gen/spangate/v1/model.js";
import type {
  PassedEvent,
  RunEvent,
  Adoption as WireAdoption,
  Arrival as WireArrival,
  Failure as WireFailure,
  Reached as WireReached,
  Step as WireStep,
  LockWait as WireWait,
} from "../gen/spangate/v1/runner.js";
import {
  holdFromWire,
  holdToWire,
  matchFromWire,
  matchToWire,
  modeFromWire,
  modeToWire,
  phaseFromWire,
  phaseToWire,
  spanFromWire,
  spanToWire,
} from "./spans.js";

type WireEvent = NonNullable<RunEvent["event"]>;

export function orderToWire(order: readonly Step[]): WireStep[] {
  return order.map((step) => ({
    checkpoints: step.map(({ actor, phase, span, nth, ifReached, hold }) => ({
      starter: actor,
      phase: phaseToWire(phase),
      span: span && matchToWire(span),
      nth: nth ?? 0,
      ifReached,
      hold: holdToWire(hold),
    })),
  }));
}

/** @throws {Error} for a phase that this version does not know. */
export function orderFromWire(steps: readonly WireStep[]): readonly Step[] {
  let index = 0;
  return steps.map(({ checkpoints }) =>
    checkpoints.map(({ starter, phase, span, nth, ifReached, hold }): Checkpoint => {
      const name = phaseFromWire(phase);
      if (!name)
        throw errorOf("BadOrder", `Checkpoint ${index} of the order has no phase that this coordinator knows.`);
      if (hold !== HoldMode.UNSPECIFIED && !holdFromWire(hold))
        throw errorOf("BadOption", `Checkpoint ${index} asks for a way to hold that this coordinator does not know.`);
      return {
        index: index++,
        actor: starter,
        phase: name,
        span: span && knownMatch(span),
        nth: nth === 0 ? undefined : nth,
        ifReached,
        hold: holdFromWire(hold),
      };
    }),
  );
}

export function adoptionsToWire(adopted: readonly AdoptedActor[]): WireAdoption[] {
  return adopted.map(({ actor, span }) => ({ starter: actor, span: matchToWire(span) }));
}

/** @throws {Error} for one without a span, or two of one starter */
export function adoptionsFromWire(adoptions: readonly WireAdoption[]): readonly AdoptedActor[] {
  const actors = new Set<string>();
  return adoptions.map(({ starter, span }) => {
    if (!span) throw errorOf("BadOrder", `The run adopts "${starter}" by no span. Tell the root span that begins it.`);
    if (actors.has(starter)) throw errorOf("DuplicateStarter", `The run adopts "${starter}" twice.`);
    actors.add(starter);
    return { actor: starter, span: knownMatch(span) };
  });
}

// To an agent a kind that it does not know means any; a test that asks for one would get others.
function knownMatch(span: WireMatch): SpanMatch {
  const match = matchFromWire(span);
  if (span.kind !== SpanKind.UNSPECIFIED && match.kind === undefined)
    throw errorOf("BadOption", `A span's kind ${span.kind} is none that this coordinator knows.`);
  return match;
}

/** `undefined` for a happening that has no event of its own. */
export function happeningToWire(happening: Happening): WireEvent {
  switch (happening.type) {
    case "begin":
      return { $case: "begin", value: { actor: happening.actor } };
    case "held":
      return {
        $case: "held",
        value: { arrival: arrivalToWire(happening.arrival), checkpoint: happening.checkpoint, reason: "" },
      };
    case "released":
      return { $case: "released", value: { arrival: arrivalToWire(happening.arrival), checkpoint: 0, reason: "" } };
    case "withdrawn":
      return {
        $case: "withdrawn",
        value: { arrival: arrivalToWire(happening.arrival), checkpoint: 0, reason: happening.reason },
      };
    case "passed":
      return { $case: "passed", value: passedToWire(happening.passed) };
    case "reached":
      return { $case: "reached", value: { reached: happening.reached.map(reachedToWire) } };
    case "ended":
      return { $case: "ended", value: { actor: happening.actor, error: happening.error ?? "" } };
    case "stalled":
    case "drained":
      return { $case: happening.type, value: { actor: happening.actor } };
    case "blocked":
      return { $case: "blocked", value: waitToWire(happening.wait) };
    case "freed":
      return { $case: "freed", value: { actor: happening.actor } };
    case "failed":
      return { $case: "failed", value: failureToWire(happening.failure) };
  }
}

/** `undefined` for an event that is no happening (`opened`), or that this version does not know. */
export function entryFromWire({ atMs, event }: RunEvent, checkpoints: readonly Checkpoint[]): Entry | undefined {
  switch (event?.$case) {
    case "blocked":
      return { type: "blocked", actor: event.value.actor, wait: waitFromWire(event.value), atMs };
    case "begin":
    case "stalled":
    case "drained":
    case "freed":
      return { type: event.$case, actor: event.value.actor, atMs };
    case "held":
    case "released":
    case "withdrawn": {
      const arrival = arrivalFromWire(event.value.arrival);
      const { checkpoint, reason } = event.value;
      return { type: event.$case, actor: arrival.actor, arrival, checkpoint, reason, atMs };
    }
    case "passed":
      return { type: "passed", actor: event.value.actor, passed: passedFromWire(event.value), atMs };
    case "reached":
      return { type: "reached", reached: event.value.reached.flatMap((it) => reachedFromWire(it, checkpoints)), atMs };
    case "ended":
      return { type: "ended", actor: event.value.actor, error: event.value.error || undefined, atMs };
    case "failed":
      return { type: "failed", failure: failureFromWire(event.value), atMs };
    case "opened":
    case undefined:
      return undefined;
  }
}

export function reachedToWire({ checkpoint, reached, arrival, wait }: Reached): WireReached {
  return {
    ...{ checkpoint: checkpoint.index, reached },
    arrival: arrival && arrivalToWire(arrival),
    wait: wait && waitToWire(wait),
  };
}

function waitToWire({ actor, call, lock, by }: LockWait): WireWait {
  return { actor, span: spanToWire(call.span), service: call.agent.service, lock, by: [...by] };
}

function waitFromWire({ actor, span, service, lock, by }: WireWait): LockWait {
  const agent = { instance: "", service, pid: 0 };
  return { actor, call: { actor, phase: "before", span: spanFromWire(span), agent }, lock, by, sessions: [] };
}

export function reachedFromWire(
  { checkpoint, reached, arrival, wait }: WireReached,
  checkpoints: readonly Checkpoint[],
): Reached[] {
  const known = checkpoints[checkpoint];
  if (!known) return [];
  return [
    {
      ...{ checkpoint: known, reached },
      arrival: arrival && arrivalFromWire(arrival),
      wait: wait && waitFromWire(wait),
    },
  ];
}

export function failureToWire({ code, message, actor }: Failure): WireFailure {
  return { code, message, actor: actor ?? "" };
}

export function failureFromWire({ code, message, actor }: WireFailure): Failure {
  return { code: isErrorCode(code) ? code : "Internal", message, actor: actor || undefined };
}

export function arrivalToWire(arrival: Arrival): WireArrival {
  const { id, actor, phase, span, agent, mode } = arrival;
  return {
    id,
    actor,
    phase: phaseToWire(phase),
    span: spanToWire(span),
    mode: modeToWire(mode),
    ...agent,
    runId: "",
    sinceMs: 0,
  };
}

export function arrivalFromWire(wire: WireArrival | undefined): Arrival {
  return {
    id: wire?.id ?? 0,
    actor: wire?.actor ?? "",
    phase: wire && phaseFromWire(wire.phase) === "after" ? "after" : "before",
    checkpoints: [],
    span: spanFromWire(wire?.span),
    agent: { instance: wire?.instance ?? "", service: wire?.service ?? "", pid: wire?.pid ?? 0 },
    mode: modeFromWire(wire?.mode ?? 0),
  };
}

function passedToWire({ actor, phase, span, agent }: PassedSpan): PassedEvent {
  return { actor, phase: phaseToWire(phase), span: spanToWire(span), ...agent };
}

function passedFromWire({ actor, phase, span, service, instance, pid }: PassedEvent): PassedSpan {
  return {
    actor,
    phase: phaseFromWire(phase) === "after" ? "after" : "before",
    span: spanFromWire(span),
    agent: { instance, service, pid },
  };
}
