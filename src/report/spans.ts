// The spans of a run, put together from their starts, their ends, and what held them meanwhile.
import type { Entry } from "../core/happenings.js";
import type { PassedSpan } from "../core/model.js";
import type { Pause, ReportedSpan, Wait } from "./report.js";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Growing = Mutable<Omit<ReportedSpan, "pauses" | "waits">> & {
  readonly pauses: Mutable<Pause>[];
  readonly waits: Mutable<Wait>[];
};

/** In the sequence of their starts. */
export function spansOf(entries: readonly Entry[]): readonly ReportedSpan[] {
  const spans = new Map<string, Growing>();
  for (const entry of entries) {
    const { atMs } = entry;
    switch (entry.type) {
      case "passed":
        noteSide(spans, entry.passed, atMs);
        break;
      case "held": {
        const { phase, mode } = entry.arrival;
        const { checkpoint } = entry;
        const pause = { phase, mode, checkpoint, fromMs: atMs, toMs: null, withdrawn: null };
        noteSide(spans, entry.arrival, atMs).pauses.push(pause);
        break;
      }
      case "released":
        endPause(spans, entry.arrival, atMs, null);
        break;
      case "withdrawn":
        endPause(spans, entry.arrival, atMs, entry.reason);
        break;
      case "blocked": {
        // Where it waits already, it is for somebody else from now on.
        endWaits(spans, entry.actor, atMs);
        const { call, lock, by } = entry.wait;
        spanOf(spans, call).waits.push({ lock, by, fromMs: atMs, toMs: null });
        break;
      }
      case "freed":
        endWaits(spans, entry.actor, atMs);
        break;
      default:
    }
  }
  return [...spans.values()];
}

function noteSide(spans: Map<string, Growing>, at: PassedSpan, atMs: number): Growing {
  const span = spanOf(spans, at);
  if (at.phase === "before") span.startMs ??= atMs;
  else span.endMs ??= atMs;
  // Names and attributes may have changed since its start.
  span.name = at.span.name;
  span.attributes = { ...span.attributes, ...at.span.attributes };
  return span;
}

function endPause(spans: Map<string, Growing>, at: PassedSpan, atMs: number, withdrawn: string | null): void {
  const pause = spanOf(spans, at).pauses.find(({ phase, toMs }) => phase === at.phase && toMs === null);
  if (pause) Object.assign(pause, { toMs: atMs, withdrawn });
}

function endWaits(spans: Map<string, Growing>, actor: string, atMs: number): void {
  for (const span of spans.values()) {
    if (span.actor !== actor) continue;
    // A probe's answer may be older than what the call's agent has told.
    for (const wait of span.waits) wait.toMs ??= Math.max(wait.fromMs, span.endMs ?? atMs);
  }
}

function spanOf(spans: Map<string, Growing>, { actor, span, agent }: PassedSpan): Growing {
  const known = spans.get(span.spanId);
  if (known) return known;
  const { spanId, name, kind, scope, attributes } = span;
  const made: Growing = {
    ...{ spanId, actor, name, kind, scope, attributes, service: agent.service, pid: agent.pid || null },
    parentSpanId: span.parentSpanId || null,
    peer: span.peer || null,
    startMs: null,
    endMs: null,
    pauses: [],
    waits: [],
  };
  spans.set(spanId, made);
  return made;
}
