// What collectors take: OTLP/JSON as its protobuf definition reads it, here by the code that an older exporter of
// OpenTelemetry generates from it.
import { createRequire } from "node:module";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Interleaving } from "../../../src/report/interleaving.ts";
import { renderOtlp } from "../../../src/report/otlp.ts";
import type { OtlpSpan } from "../../../src/report/otlp-values.ts";
import type { Recording } from "../../../src/report/recording.ts";
import type { Report } from "../../../src/report/report.ts";
import { arrival, at, orderOf, passed } from "../../support/builders.ts";
import { anyRecording, anyReport } from "../../support/recordings.ts";

interface Document {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan["attributes"] };
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** What protobufjs makes of a message. */
interface MessageType {
  fromObject(object: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, options: object): unknown;
}

const requireOld = createRequire(new URL("../../versions/otel-1/package.json", import.meta.url));
const generated = requireOld("@opentelemetry/otlp-transformer/build/src/generated/root.js");
const Request: MessageType = generated.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

const reportOf = (recording: Recording) => new Interleaving(recording).toJSON();

function documentOf(report: Report): Document {
  return JSON.parse(renderOtlp(report));
}

function spansOf(document: Document): readonly OtlpSpan[] {
  return document.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function attribute(span: OtlpSpan | undefined, key: string): unknown {
  const value = span?.attributes.find((it) => it.key === key)?.value;
  return value && Object.values(value)[0];
}

describe("an interleaving as OTLP", () => {
  it("is what the protobuf definition reads, field by field", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const document = documentOf(report);
        // Ids are hex in OTLP's JSON, where protobuf's own has base64.
        const message = Request.decode(Request.encode(Request.fromObject(mapIds(document, "hex", "base64"))).finish());
        const read = Request.toObject(message, { longs: String, bytes: String });
        expect(mapIds(read, "base64", "hex")).toEqual(document);
      }),
    );
  });

  it("is one trace: every span but the run's has its parent in it, every id is one's own, no time is outside", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const spans = spansOf(documentOf(report));
        const ids = spans.map(({ spanId }) => spanId);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(/^(?!0+$)[\da-f]{16}$/);
        expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
        expect(spans[0]?.traceId).toMatch(/^[\da-f]{32}$/);
        const [run, ...others] = spans;
        expect(run?.parentSpanId).toBeUndefined();
        const [first, last] = [BigInt(run?.startTimeUnixNano ?? 0), BigInt(run?.endTimeUnixNano ?? 0)];
        expect(first).toBe(BigInt(Date.parse(report.openedAt ?? "")) * 1_000_000n);
        for (const { parentSpanId, startTimeUnixNano, endTimeUnixNano } of others) {
          expect(ids).toContain(parentSpanId);
          const [start, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
          expect([first <= start, start <= end, end <= last]).toEqual([true, true, true]);
        }
      }),
    );
  });

  it("gives an actor that is called as something of its own an id of its own", () => {
    const entries = [{ type: "begin", actor: "run", atMs: 0 } as const];
    const actors = [{ name: "run", traceparent: undefined }];
    const [run, actor] = spansOf(documentOf(reportOf({ actors, order: [], openedAtMs: 1, entries })));
    expect(actor).toMatchObject({ name: "run", parentSpanId: run?.spanId });
    expect(actor?.spanId).not.toBe(run?.spanId);
  });

  it("has every pause and every wait as a span of its own, as long as they took", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const spans = spansOf(documentOf(report));
        const lengths = (parts: readonly { readonly fromMs: number; readonly toMs: number | null }[]) =>
          parts.map(({ fromMs, toMs }) => Math.round(((toMs ?? report.endMs) - fromMs) * 1e6)).sort();
        const told = (key: string) =>
          spans
            .filter((span) => attribute(span, key) === true)
            .map((span) => Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)))
            .sort();
        const near = (numbers: readonly number[]) => numbers.map((it) => expect.closeTo(it, -1));
        expect(told("spangate.pause")).toEqual(near(lengths(report.spans.flatMap(({ pauses }) => pauses))));
        expect(told("spangate.wait")).toEqual(near(lengths(report.spans.flatMap(({ waits }) => waits))));
      }),
    );
  });

  it("tells pauses from work, what is open, what failed, and where the actor's own trace is", () => {
    const order = orderOf(at("alice", "after", "read"), at("alice", "finished"));
    const stop = arrival("alice", "after", "read", [0]);
    const read = passed("alice", "before", "read", { span: { ...stop.span, parentSpanId: "00f067aa0ba902b7" } });
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const document = documentOf(
      reportOf({
        actors: [{ name: "alice", traceparent: `00-${traceId}-00f067aa0ba902b7-01` }],
        ...{ order, openedAtMs: Date.UTC(2026, 0, 2) },
        entries: [
          { type: "begin", actor: "alice", atMs: 1.000001 },
          { type: "passed", actor: "alice", passed: read, atMs: 2 },
          { type: "held", actor: "alice", arrival: stop, checkpoint: 0, atMs: 3 },
          { type: "released", actor: "alice", arrival: stop, atMs: 7 },
          { type: "stalled", actor: "alice", atMs: 8 },
          { type: "failed", failure: { code: "StepTimedOut", message: "Too long.", actor: "alice" }, atMs: 9 },
        ],
      }),
    );
    const [run, alice, pause, call] = spansOf(document);
    expect(document.resourceSpans.map(({ resource }) => resource.attributes.map(({ value }) => value))).toEqual([
      [{ stringValue: "spangate" }],
      [{ stringValue: "bank" }, { intValue: "41" }],
    ]);
    expect(run).toMatchObject({ name: "run of alice", status: { code: 2, message: "StepTimedOut: Too long." } });
    expect(alice).toMatchObject({
      ...{ name: "alice", spanId: "00f067aa0ba902b7", parentSpanId: run?.spanId, status: { code: 2 } },
      startTimeUnixNano: "1767312000001000001",
      links: [{ traceId, spanId: "00f067aa0ba902b7" }],
      events: [{ name: "stalled" }],
    });
    expect(attribute(alice, "spangate.open")).toBe(true);
    expect(call).toMatchObject({ name: "read", parentSpanId: alice?.spanId, endTimeUnixNano: "1767312000003000000" });
    expect(attribute(call, "spangate.open")).toBeUndefined();
    expect(pause).toMatchObject({
      ...{ name: "held after read", parentSpanId: alice?.spanId },
      ...{ startTimeUnixNano: "1767312000003000000", endTimeUnixNano: "1767312000007000000" },
    });
    expect(attribute(pause, "spangate.pause")).toBe(true);
    expect(attribute(pause, "spangate.checkpoint")).toBe('alice.after("read")');
  });

  it("is the same for the same run, and empty before the run was opened", () => {
    const [recording] = fc.sample(anyRecording, 1);
    if (!recording) throw new Error("There is one.");
    expect(renderOtlp(reportOf(recording))).toBe(renderOtlp(reportOf(recording)));
    const unopened = { ...recording, openedAtMs: undefined, entries: [] };
    expect(documentOf(reportOf(unopened))).toEqual({ resourceSpans: [] });
  });
});

function mapIds(value: unknown, from: BufferEncoding, to: BufferEncoding): unknown {
  if (Array.isArray(value)) return value.map((it) => mapIds(it, from, to));
  if (typeof value !== "object" || value === null) return value;
  const isId = (key: string, it: unknown): it is string =>
    /^(traceId|spanId|parentSpanId)$/.test(key) && typeof it === "string";
  return Object.fromEntries(
    Object.entries(value).map(([key, it]) => [
      key,
      isId(key, it) ? Buffer.from(it, from).toString(to) : mapIds(it, from, to),
    ]),
  );
}
