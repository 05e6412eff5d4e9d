// What agents tell, read: texts of any length are not taken.
import { status } from "@grpc/grpc-js";
import type { SeenSpans } from "../core/discovery.js";
import type { AgentRef, SpanFacts } from "../core/model.js";
import type { Arrived, Discovered, Hello } from "../gen/spangate/v1/agent.js";
import { discoveredFromWire, textsOfSort } from "../wire/discovery.js";
import { shortageFromWire, type ToldShortage, type WireShortage } from "../wire/shortages.js";
import { spanFromWire } from "../wire/spans.js";

/** The longest text of a span, and of a service's name: a coordinator keeps many of them. */
const textLimit = 4_096;
/** Of how many parts an agent may tell the version. */
const versionsLimit = 100;

/** A violation of the protocol; ends the stream. */
export class ProtocolError extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws {ProtocolError} */
export function checkVersions(versions: Hello["versions"]): void {
  const parts = Object.entries(versions);
  if (parts.length > versionsLimit)
    throw new ProtocolError(
      status.INVALID_ARGUMENT,
      `Versions of ${parts.length} parts; at most ${versionsLimit} are taken.`,
    );
  for (const text of parts.flat()) checkText(text);
}

/** @throws {ProtocolError} */
export function readSpan(wire: Arrived["span"]): SpanFacts {
  const span = spanFromWire(wire);
  for (const text of textsOf(span)) checkText(text);
  return span;
}

/** @throws {ProtocolError} */
export function readDiscovered(wire: Discovered, agent: AgentRef): SeenSpans {
  const seen = discoveredFromWire(wire, agent);
  for (const sort of seen.sorts) for (const text of textsOfSort(sort)) checkText(text);
  return seen;
}

/** @throws {ProtocolError} */
export function readShortages(agent: AgentRef, wire: readonly WireShortage[]): readonly ToldShortage[] {
  const told = wire.map((shortage) => shortageFromWire(shortage, agent));
  for (const { resource, option, waiting, kept } of told) {
    for (const text of [resource, option, ...[waiting, ...kept].flatMap(({ span }) => textsOf(span))]) checkText(text);
  }
  return told;
}

function textsOf({ name, spanId, parentSpanId, scope, peer }: SpanFacts): readonly string[] {
  return [name, spanId, parentSpanId, scope, peer];
}

/** @throws {ProtocolError} */
export function checkText(text: string): void {
  if (text.length > textLimit)
    throw new ProtocolError(
      status.INVALID_ARGUMENT,
      `A text of ${text.length} characters; at most ${textLimit} are taken.`,
    );
}
