// What an agent tells of a span. No statement text and no header leaves the process unless a rule asks for it.
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { AttributeValue, DatabaseSession, SpanKind } from "../src/core/model.js";
import type { SpanFacts as WireSpan } from "../src/gen/spangate/v1/model.js";
import { spanToWire } from "../src/wire/spans.js";

const kinds: readonly SpanKind[] = ["internal", "server", "client", "producer", "consumer"];
/** The coordinator takes no longer ones. */
const nameLimit = 1_024;
const valueLimit = 2_048;
const attributesLimit = 24;
/** Told of every span: they hold no statement, no header and no query. By OpenTelemetry's names, the old ones too. */
const plainAttributes = [
  "http.request.method",
  "http.route",
  "url.path",
  "http.response.status_code",
  "http.method",
  "http.status_code",
  "db.system.name",
  "db.namespace",
  "db.system",
  "db.name",
  "messaging.destination.name",
  "error.type",
];

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

/** @param keys the attributes that were asked for */
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
  for (const key of keys.slice(0, attributesLimit)) tell(told, attributes, key);
  for (const key of plainAttributes) tell(told, attributes, key);
  return told;
}

function tell(told: Record<string, AttributeValue>, attributes: SpanView["attributes"], key: string): void {
  const value = attributes[key];
  if (value === undefined || value === null) return;
  told[key] = tellable(value, valueLimit);
}

/** @param limit the longest text */
export function tellable(value: unknown, limit: number): AttributeValue {
  return typeof value === "number" || typeof value === "boolean" ? value : textOf(value).slice(0, limit);
}

/** True for an attribute that is told of every span: it holds no statement, no header and no query. */
export function isPlain(key: string): boolean {
  return plainAttributes.includes(key);
}

// An instrumentation may set what no attribute is, past what the API checks.
function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
