// When an actor moved, and when it did not.
import type { Moment, ReportedActor } from "../../src/report/report.ts";
import { type Interval, subtract, union } from "./intervals.ts";
import type { LaidSpan } from "./pack.ts";

/** `stands`: held at a checkpoint; `waits`: for a lock; `stuck`: it made no progress, which is a guess. */
export type StretchState = "moves" | "stands" | "waits" | "stuck";

export interface Stretch extends Interval {
  readonly state: StretchState;
}

/** From its begin to its end, oldest first, without a gap. */
export function stretchesOf(
  actor: ReportedActor,
  spans: readonly LaidSpan[],
  moments: readonly Moment[],
  endMs: number,
): readonly Stretch[] {
  const life = lifeOf(actor, spans, endMs);
  if (!life) return [];
  const pauses = spans.flatMap(({ span }) => span.pauses);
  const waits = spans.flatMap(({ span, toMs }) =>
    span.waits.map((it) => ({ fromMs: it.fromMs, toMs: it.toMs ?? toMs })),
  );
  const stands = union(pauses.map((it) => ({ fromMs: it.fromMs, toMs: it.toMs ?? endMs })));
  const waiting = subtract(union(waits), stands);
  const stuck = subtract(union(stuckOf(moments, endMs)), union([...stands, ...waiting]));
  const moves = subtract([life], union([...stands, ...waiting, ...stuck]));
  return [
    ...stands.map((it) => ({ ...it, state: "stands" as const })),
    ...waiting.map((it) => ({ ...it, state: "waits" as const })),
    ...stuck.map((it) => ({ ...it, state: "stuck" as const })),
    ...moves.map((it) => ({ ...it, state: "moves" as const })),
  ].sort((one, other) => one.fromMs - other.fromMs);
}

function lifeOf(actor: ReportedActor, spans: readonly LaidSpan[], endMs: number): Interval | undefined {
  const fromMs = spans.reduce((first, it) => Math.min(first, it.fromMs), actor.beganMs ?? Number.POSITIVE_INFINITY);
  if (fromMs === Number.POSITIVE_INFINITY) return undefined;
  const lastMs = spans.reduce((last, it) => Math.max(last, it.reachMs), actor.endedMs ?? fromMs);
  return { fromMs, toMs: actor.endedMs === null ? Math.max(endMs, lastMs) : lastMs };
}

/** Where a guess was made, from what the actor did last to what it did next. */
function stuckOf(moments: readonly Moment[], endMs: number): readonly Interval[] {
  // That its checkpoint was given up is none of its own doing.
  const own = moments.filter(({ type }) => type !== "reached");
  return own.flatMap((moment, at) =>
    moment.type === "stalled" ? [{ fromMs: own[at - 1]?.atMs ?? moment.atMs, toMs: own[at + 1]?.atMs ?? endMs }] : [],
  );
}
