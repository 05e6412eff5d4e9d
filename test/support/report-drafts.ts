// Short ways to reports, for what shows them.
import type { Moment, Report, ReportedActor, ReportedSpan } from "../../src/report/report.ts";

export function reportedSpan(spanId: string, parts: Partial<ReportedSpan> = {}): ReportedSpan {
  return {
    ...{ spanId, parentSpanId: null, actor: "alice", name: spanId, kind: "client", service: "bank", scope: "test" },
    ...{ pid: null, peer: null, attributes: {}, startMs: 0, endMs: 1, pauses: [], waits: [] },
    ...parts,
  };
}

export function reportedActor(name: string, parts: Partial<ReportedActor> = {}): ReportedActor {
  return { name, traceId: null, spanId: null, beganMs: 0, endedMs: null, error: null, ...parts };
}

export function moment(atMs: number, type: Moment["type"], parts: Partial<Moment> = {}): Moment {
  return { atMs, type, actor: "alice", text: type, spanId: null, ...parts };
}

export function draftReport(parts: Partial<Report> = {}): Report {
  return {
    ...{ format: "spangate.interleaving", version: 1, openedAt: null, endMs: 100, failure: null },
    ...{ actors: [reportedActor("alice"), reportedActor("bob")], order: [], spans: [], moments: [] },
    ...parts,
  };
}

/** Actors that begin one after the other, each with so many spans, in which nobody is ever held. */
export function largeReport(actors: number, spansEach: number): Report {
  const names = Array.from({ length: actors }, (_, at) => `actor-${at + 1}`);
  const each = spansEach + 1;
  const spans = names.flatMap((actor, at) =>
    Array.from({ length: spansEach }, (_, number) => {
      const startMs = at * each + number;
      const parentSpanId = number === 0 ? null : `${actor}-0`;
      const endMs = number === 0 ? (at + 1) * each : startMs + 0.5;
      return reportedSpan(`${actor}-${number}`, { actor, parentSpanId, startMs, endMs });
    }),
  );
  const passed = ({ actor, spanId, startMs, endMs }: ReportedSpan) => [
    moment(startMs ?? 0, "passed", { actor, spanId, text: `before ${spanId}` }),
    moment(endMs ?? 0, "passed", { actor, spanId, text: `after ${spanId}` }),
  ];
  return draftReport({
    endMs: actors * each,
    actors: names.map((name, at) => reportedActor(name, { beganMs: at * each, endedMs: (at + 1) * each })),
    spans: spans.toSorted((one, other) => (one.startMs ?? 0) - (other.startMs ?? 0)),
    moments: spans.flatMap(passed).toSorted((one, other) => one.atMs - other.atMs),
  });
}
