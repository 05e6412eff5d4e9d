// What an agent tells of a span. No statement text and no header leaves the process unless a rule asks for it.
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { AttributeValue, DatabaseSession, SpanKind } from "../src/core/model.js";
import type { SpanFacts as WireSpan } from "../src/gen/spangate/v1/model.js";
import { spanToWire } from "../src/wire/spans.js";

const kinds: readonly SpanKind[] = ["internal", "server", "client", "producer", "consumer"];
/** The coordinator takes no longer ones. */
const nameLimit = 1_024;
// Eight values of three-byte characters have room in a message to the link.
const valueLimit = 2_048;
const attributesLimit = 8;

/** What of a span a gate looks at: the span itself, or a foresight of what it will be at its end. */
export type SpanView = Pick<
  ReadableSpan,
  "name" | "kind" | "attributes" | "spanContext" | "parentSpanContext" | "instrumentationScope"
>;

export function kindOf(span: Pick<ReadableSpan, "kind">): SpanKind {
  return kinds[span.kind] ?? "internal";
}

// By the span's context: a foresight of a span has the same one.
const endless = new WeakSet<object>();

/** Nobody waits for the span's end: its instrumentation never ends it. */
export function markEndless(span: Pick<SpanView, "spanContext">): void {
  endless.add(span.spanContext());
}

const sessions = new WeakMap<object, DatabaseSession>();

/** The connection that serves the span's call. */
export function markSession(span: Pick<SpanView, "spanContext">, session: DatabaseSession): void {
  sessions.set(span.spanContext(), session);
}

export function hasSession(span: Pick<SpanView, "spanContext">): boolean {
  return sessions.has(span.spanContext());
}

/** @param keys the attributes that a rule asked for */
export function factsOf(span: SpanView, name: string, keys: readonly string[]): WireSpan {
  return spanToWire({
    name: name.slice(0, nameLimit),
    kind: kindOf(span),
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? "",
    scope: span.instrumentationScope.name.slice(0, nameLimit),
    peer: peerOf(span).slice(0, nameLimit),
    attributes: attributesOf(span, keys),
    endless: endless.has(span.spanContext()),
    session: sessions.get(span.spanContext()),
  });
}

function peerOf({ attributes }: SpanView): string {
  const host = attributes["server.address"] ?? attributes["net.peer.name"];
  const port = attributes["server.port"] ?? attributes["net.peer.port"];
  return host === undefined ? "" : `${String(host)}${port === undefined ? "" : `:${String(port)}`}`;
}

function attributesOf({ attributes }: SpanView, keys: readonly string[]): Record<string, AttributeValue> {
  const told: Record<string, AttributeValue> = {};
  for (const key of keys.slice(0, attributesLimit)) {
    const value = attributes[key];
    if (value === undefined || value === null) continue;
    told[key] = typeof value === "number" || typeof value === "boolean" ? value : textOf(value).slice(0, valueLimit);
  }
  return told;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
