// A report as OTLP/JSON (ExportTraceServiceRequest), written by hand: the format is stable, and OpenTelemetry's own
// transformer takes spans of its SDK, which only the instrumentation may know.
// - One trace a run, whatever traces its actors have, so that they share a time axis: run → actor → the actor's spans.
// - Real spans keep their ids, and an actor's span has the id that its requests carry: their parents are at hand.
// - Pauses and waits are spans of the service "spangate", which a viewer shows in a colour of its own.
import { createHash } from "node:crypto";
import { type Attributes, attributesOf, type OtlpSpan, textOf } from "./otlp-values.js";
import type { Pause, Report, ReportedActor, ReportedSpan, Wait } from "./report.js";

/** A span in the report's terms. */
interface Draft {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly fromMs: number;
  /** `null` while it is open. */
  readonly toMs: number | null;
  readonly attributes: Attributes;
  /** Whose moments are its events. */
  readonly eventsOf?: string | null;
  readonly link?: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly error?: string | null;
}

/** Where a span belongs in the document. */
interface Placed {
  readonly service: string;
  readonly pid: number | null;
  readonly scope: string;
  readonly span: OtlpSpan;
}

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
// What spans do not tell.
const events: ReadonlySet<string> = new Set(["drained", "stalled", "reached", "failed"]);

/** The trace of a run; without spans before the run was opened. */
export function renderOtlp(report: Report): string {
  const placed = report.openedAt === null ? [] : new Trace(report).spans();
  const processes = Map.groupBy(placed, ({ service, pid }) => JSON.stringify([service, pid]));
  return JSON.stringify({
    resourceSpans: [...processes.values()].map((ofProcess) => ({
      resource: { attributes: resourceOf(ofProcess) },
      scopeSpans: [...Map.groupBy(ofProcess, ({ scope }) => scope)].map(([scope, ofScope]) => ({
        scope: { name: textOf(scope) },
        spans: ofScope.map(({ span }) => span),
      })),
    })),
  });
}

function resourceOf([first]: readonly Placed[]): OtlpSpan["attributes"] {
  return attributesOf({ "service.name": first?.service ?? null, "process.pid": first?.pid ?? null });
}

class Trace {
  readonly #report: Report;
  readonly #openedAtNs: bigint;
  readonly #traceId: string;
  readonly #runId: string;
  readonly #actorIds: ReadonlyMap<string, string>;
  readonly #spanIds: ReadonlyMap<string, string>;

  constructor(report: Report) {
    const { openedAt, actors, spans } = report;
    this.#report = report;
    this.#openedAtNs = BigInt(Date.parse(openedAt ?? "")) * 1_000_000n;
    this.#traceId = digest([openedAt, ...actors.map(({ name, traceId }) => [name, traceId])]).slice(0, 32);
    this.#runId = this.#idFor("run");
    const begun = actors.filter(({ beganMs }) => beganMs !== null);
    this.#actorIds = new Map(
      begun.map(({ name, spanId }) => [name, isId(spanId, 16) ? spanId : this.#idFor("actor", name)]),
    );
    this.#spanIds = new Map(
      spans.map(({ spanId }) => [spanId, isId(spanId, 16) ? spanId : this.#idFor("span", spanId)]),
    );
  }

  spans(): readonly Placed[] {
    const { actors, spans } = this.#report;
    return [this.#run(), ...actors.flatMap((it) => this.#actor(it)), ...spans.flatMap((it) => this.#real(it))];
  }

  #run(): Placed {
    const { actors, order, failure, endMs } = this.#report;
    return this.#own({
      ...{ name: `run of ${actors.map(({ name }) => name).join(", ")}`, spanId: this.#runId, fromMs: 0, toMs: endMs },
      attributes: { "spangate.order": order.map(({ code }) => code) },
      eventsOf: null,
      error: failure && `${failure.code}: ${failure.message}`,
    });
  }

  #actor({ name, traceId, spanId, beganMs, endedMs, error }: ReportedActor): readonly Placed[] {
    const id = this.#actorIds.get(name);
    if (id === undefined || beganMs === null) return [];
    const { failure } = this.#report;
    const draft: Draft = {
      ...{ name, spanId: id, parentSpanId: this.#runId, fromMs: beganMs, toMs: endedMs },
      attributes: { "spangate.actor": name },
      eventsOf: name,
      link: isId(traceId, 32) && isId(spanId, 16) ? { traceId, spanId } : undefined,
      error: error ?? (failure?.actor === name ? failure.message : null),
    };
    return [this.#own(draft)];
  }

  #real(span: ReportedSpan): readonly Placed[] {
    const { actor, name, kind, service, pid, scope, peer, startMs, endMs, pauses, waits } = span;
    const known = [endMs ?? this.#report.endMs, ...[...pauses, ...waits].map(({ fromMs }) => fromMs)];
    const draft = {
      ...{ name, spanId: this.#idOf(span), parentSpanId: this.#parentOf(span), toMs: endMs },
      fromMs: startMs ?? Math.min(...known),
      attributes: { ...span.attributes, "spangate.actor": actor, "spangate.peer": peer },
    };
    return [
      { service, pid, scope, span: this.#write(draft, kinds[kind]) },
      ...pauses.map((pause, at) => this.#pause(span, pause, at)),
      ...waits.map((wait, at) => this.#wait(span, wait, at)),
    ];
  }

  #pause(span: ReportedSpan, { phase, mode, checkpoint, fromMs, toMs, withdrawn }: Pause, at: number): Placed {
    return this.#own({
      ...{ name: `held ${phase} ${span.name}`, spanId: this.#idFor("pause", span.spanId, at), fromMs, toMs },
      // What is held behind a call is held in its caller.
      parentSpanId: phase === "before" ? this.#idOf(span) : this.#parentOf(span),
      attributes: {
        "spangate.pause": true,
        "spangate.actor": span.actor,
        "spangate.checkpoint": this.#report.order[checkpoint]?.code ?? null,
        "spangate.hold": mode,
        "spangate.withdrawn": withdrawn,
      },
    });
  }

  #wait(span: ReportedSpan, { lock, by, fromMs, toMs }: Wait, at: number): Placed {
    return this.#own({
      ...{ name: `waits for ${by.join(", ")}: ${lock}`, spanId: this.#idFor("wait", span.spanId, at), fromMs, toMs },
      parentSpanId: this.#idOf(span),
      attributes: { "spangate.wait": true, "spangate.actor": span.actor, "spangate.lock": lock, "spangate.by": by },
    });
  }

  #own(draft: Draft): Placed {
    return { service: "spangate", pid: null, scope: "spangate", span: this.#write(draft, kinds.internal) };
  }

  #write({ name, fromMs, toMs, attributes, eventsOf, error, ...draft }: Draft, kind: number): OtlpSpan {
    const endMs = toMs ?? this.#report.endMs;
    return {
      ...{ traceId: this.#traceId, spanId: draft.spanId, name: textOf(name), kind },
      ...(draft.parentSpanId !== undefined && { parentSpanId: draft.parentSpanId }),
      startTimeUnixNano: this.#nanos(fromMs),
      endTimeUnixNano: this.#nanos(Math.max(fromMs, endMs)),
      attributes: attributesOf({ ...attributes, "spangate.open": toMs === null ? true : null }),
      ...this.#events(eventsOf),
      ...(draft.link && { links: [draft.link] }),
      ...(typeof error === "string" && { status: { code: 2, message: textOf(error) } }),
    };
  }

  #events(actor: string | null | undefined): Pick<OtlpSpan, "events"> {
    // A run has thousands of spans, and as many moments.
    if (actor === undefined) return {};
    const own = this.#report.moments.filter((moment) => moment.actor === actor && events.has(moment.type));
    if (own.length === 0) return {};
    return {
      events: own.map(({ atMs, type, text }) => ({
        ...{ timeUnixNano: this.#nanos(atMs), name: type },
        attributes: attributesOf({ "spangate.text": text }),
      })),
    };
  }

  #idOf({ spanId }: ReportedSpan): string {
    return this.#spanIds.get(spanId) ?? spanId;
  }

  // Parents that were not told have their actor's span in their place.
  #parentOf({ parentSpanId, actor }: ReportedSpan): string {
    return this.#spanIds.get(parentSpanId ?? "") ?? this.#actorIds.get(actor) ?? this.#runId;
  }

  #idFor(...what: readonly (string | number)[]): string {
    return digest([this.#traceId, ...what]).slice(0, 16);
  }

  /** Since 1970, as protobuf's JSON has 64 bits: more digits than a double. */
  #nanos(ms: number): string {
    return String(this.#openedAtNs + BigInt(Math.round(ms * 1e6)));
  }
}

function isId(id: string | null, digits: 16 | 32): id is string {
  return id?.length === digits && /^[\da-f]*[1-9a-f][\da-f]*$/.test(id);
}

/** The same for the same run, so that a trace that is sent twice is one trace. */
function digest(what: unknown): string {
  return createHash("sha256").update(JSON.stringify(what)).digest("hex");
}
