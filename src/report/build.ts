// Makes a report of a recording: what was told event by event becomes spans, pauses and waits.
import { describeCheckpoint } from "../core/describe.js";
import type { Entry } from "../core/happenings.js";
import type { Checkpoint } from "../core/model.js";
import { momentsOf } from "./moments.js";
import type { RecordedActor, Recording } from "./recording.js";
import type { Report, ReportedActor, ReportedCheckpoint } from "./report.js";
import { spansOf } from "./spans.js";

/** Everything that the views of an interleaving show. */
export function reportOf({ actors, order, openedAtMs, entries }: Recording): Report {
  const failed = entries.find((entry) => entry.type === "failed");
  return {
    format: "spangate.interleaving",
    version: 1,
    openedAt: openedAtMs === undefined ? null : new Date(openedAtMs).toISOString(),
    endMs: entries.at(-1)?.atMs ?? 0,
    actors: actors.map((actor) => reportActor(actor, entries)),
    order: order.flatMap((checkpoints, step) => checkpoints.map((it) => reportCheckpoint(it, step, entries))),
    spans: spansOf(entries),
    moments: entries.flatMap(momentsOf),
    failure: failed ? { ...failed.failure, actor: failed.failure.actor ?? null } : null,
  };
}

function reportActor({ name, traceparent }: RecordedActor, entries: readonly Entry[]): ReportedActor {
  const own = entries.filter((entry) => "actor" in entry && entry.actor === name);
  const ended = own.find((entry) => entry.type === "ended");
  const [, traceId, spanId] = traceparent?.split("-") ?? [];
  return {
    name,
    traceId: traceId ?? null,
    spanId: spanId ?? null,
    beganMs: own.find(({ type }) => type === "begin")?.atMs ?? null,
    endedMs: ended?.atMs ?? null,
    error: ended?.error ?? null,
  };
}

function reportCheckpoint(checkpoint: Checkpoint, step: number, entries: readonly Entry[]): ReportedCheckpoint {
  const { index, actor, phase } = checkpoint;
  const returned = entries.find(
    (entry) => entry.type === "reached" && entry.reached.some((it) => it.checkpoint.index === index),
  );
  const outcome = returned?.type === "reached" && returned.reached.find((it) => it.checkpoint.index === index);
  return {
    ...{ index, step, actor, phase, code: describeCheckpoint(checkpoint) },
    reached: outcome ? outcome.reached : null,
    atMs: returned?.atMs ?? null,
  };
}
