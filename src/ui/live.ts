// What the coordinator tells of all runs, and of one, as the page hears it.
import { describeCheckpoint } from "../core/describe.js";
import type { Entry } from "../core/happenings.js";
import type { Arrival, Checkpoint, PassedSpan } from "../core/model.js";
import type { FollowResponse } from "../gen/spangate/v1/runner.js";
import { entryFromWire, orderFromWire } from "../wire/runs.js";
import type { SeenStep } from "../wire/steps.js";
import type { Watched } from "../wire/watching.js";
import type { LiveEvent, LiveMessage, LivePlace, LiveRun } from "./protocol.js";

/** Something that came or went. */
export function messageOfWatch(seen: Watched): LiveMessage {
  switch (seen.type) {
    case "attached": {
      const { instance, service, pid, thread, ports } = seen.agent;
      return { type: "attached", agent: { instance, service, pid, thread, ports } };
    }
    case "left":
      return { type: "left", instance: seen.agent.instance };
    case "runOpened":
      return { type: "runOpened", runId: seen.runId, starters: seen.starters };
    case "runClosed":
      return { type: "runClosed", runId: seen.runId, failure: seen.failure };
    case "held":
      return { type: "standing", runId: seen.hold.runId, by: 1 };
    case "released":
    case "withdrawn":
      return { type: "standing", runId: seen.hold.runId, by: -1 };
    case "byHand":
      return { type: "byHand", isOn: seen.isOn };
    case "step":
      return stepMessage(seen.step);
  }
}

function stepMessage({ runId, number, state, wanted }: SeenStep): LiveMessage {
  return { type: "step", runId, number, state, wanted: wanted ?? null };
}

/** Makes messages of what is told of one run, of which the first says what the run is. */
export class FollowedRun {
  #checkpoints: readonly Checkpoint[] = [];

  messagesOf({ run, events, missed }: FollowResponse): readonly LiveMessage[] {
    const messages: LiveMessage[] = [];
    if (run) {
      const order = orderFromWire(run.order);
      this.#checkpoints = order.flat();
      messages.push({ type: "run", run: runOf(run, order, missed) });
    }
    const told = events.flatMap((event) => {
      const entry = entryFromWire(event, this.#checkpoints);
      return entry ? [eventOf(entry, event.sequence)] : [];
    });
    if (told.length > 0) messages.push({ type: "events", events: told });
    return messages;
  }
}

function runOf(
  { runId, starters, recordAttributes, openedAtMs }: NonNullable<FollowResponse["run"]>,
  order: ReturnType<typeof orderFromWire>,
  missed: number,
): LiveRun {
  const checkpoints = order.flatMap((list, step) =>
    list.map((it) => ({
      ...{ index: it.index, step, actor: it.actor, phase: it.phase, code: describeCheckpoint(it) },
    })),
  );
  return { runId, starters, order: checkpoints, recordAttributes, openedAtMs, missed };
}

function eventOf(entry: Entry, sequence: number): LiveEvent {
  const head = { sequence, atMs: entry.atMs, actor: "actor" in entry ? entry.actor : null };
  switch (entry.type) {
    case "begin":
    case "drained":
    case "stalled":
    case "freed":
      return { ...head, type: entry.type };
    case "held":
      return {
        ...head,
        type: "held",
        place: placeOf(entry.arrival),
        id: entry.arrival.id,
        checkpoint: entry.checkpoint,
      };
    case "released":
      return { ...head, type: "released", place: placeOf(entry.arrival), id: entry.arrival.id };
    case "withdrawn":
      return {
        ...head,
        type: "withdrawn",
        place: placeOf(entry.arrival),
        id: entry.arrival.id,
        reason: entry.reason,
      };
    case "passed":
      return { ...head, type: "passed", place: placeOf(entry.passed) };
    case "ended":
      return { ...head, type: "ended", error: entry.error ?? null };
    case "reached":
      return {
        ...head,
        type: "reached",
        reached: entry.reached.map(({ checkpoint, reached }) => ({ checkpoint: checkpoint.index, isReached: reached })),
      };
    case "blocked": {
      const { lock, by, call } = entry.wait;
      return { ...head, type: "blocked", lock, by, name: call.span.name, service: call.agent.service };
    }
    case "failed": {
      const { code, message, actor } = entry.failure;
      return { ...head, actor: actor ?? null, type: "failed", code, message };
    }
  }
}

function placeOf({ phase, span, agent }: Arrival | PassedSpan): LivePlace {
  const { name, kind, spanId, scope, peer, attributes } = span;
  return { phase, name, kind, spanId, scope, peer, attributes, ...agent };
}
