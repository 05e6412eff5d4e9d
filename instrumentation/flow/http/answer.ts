// The end of a server's response, and of the spans that end with it: the server's, and those of handlers that answer.
// They end when the response is closed, and the client has it by then, so their gates stand in front of
// `response.end()`, one after the other: the innermost handler's first, the server's last.
import type { IncomingMessage, ServerResponse } from "node:http";
import { context } from "@opentelemetry/api";
import { getRPCMetadata } from "@opentelemetry/core";
import type { SpanView } from "../../span-facts.js";
import type { Trace } from "../../trace.js";
import type { Flow } from "../flow.js";
import { foresee } from "../foresight.js";
import type { Frame } from "../frames.js";
import { followedBy } from "../holds.js";
import type { Latch } from "../latch.js";
import { shadow } from "../shadow.js";
import type { RawCall } from "../shape.js";
import { endLater, hasNothingLeft, type Response } from "./end-later.js";

type End = (...args: unknown[]) => ServerResponse;

/** A span that ends with a response. */
interface Ending {
  readonly trace: Trace;
  readonly frame: Frame | undefined;
  /** What the span will be then. */
  readonly view: () => SpanView;
}

const sent = "all of it was sent before response.end(): its client has it already";
const cutOff = "its span ends with the response, which was cut off";
const tooLate = "what the checkpoint asks for came after response.end()";

// Of the responses that may be waited for and have not ended.
const endingsOf = new WeakMap<object, Ending[]>();

/** @param call `server.emit("request", request, response)` */
export function gateAnswer({ args, frame }: RawCall, trace: Trace, flow: Flow): void {
  const [, request, response] = args as [string, IncomingMessage, Response];
  // The route is put into it by routers, later.
  const metadata = getRPCMetadata(context.active());
  const ending = { trace, frame, view: () => foreseeEnd(trace, request, response, metadata?.route) };
  const known = endingsOf.get(response);
  if (frame) frame.notBehind = cutOff;
  // One server has handed the request to another.
  if (known) return void known.unshift(ending);
  const endings: Ending[] = [ending];
  endingsOf.set(response, endings);
  response.once("close", () => {
    if (endingsOf.delete(response)) for (const each of endings) meetCutOff(each, flow);
  });
  const end = response.end as End;
  const undo = shadow(response, "end", (...given: unknown[]) => {
    undo();
    const go = () => end.apply(response, given);
    if (!endingsOf.delete(response)) return go();
    const latch = meetInTurn(endings, flow, whyNot(response, given));
    return latch ? endLater(response, latch, go) : go();
  });
}

function whyNot(response: Response, given: readonly unknown[]): string | undefined {
  if (response.destroyed) return cutOff;
  return hasNothingLeft(response, given) ? sent : undefined;
}

/**
 * Puts the end gate of a handler in front of the end of its response, unless it is met before. Its span may end earlier.
 * Where spangate does not know the response, the reason that the handler's shape gives stays.
 * @param response what the framework gives for it
 */
export function joinAnswer(response: unknown, { frame }: RawCall, trace: Trace): void {
  const endings = endingsOf.get(response as object);
  if (!endings || !frame) return;
  frame.notBehind = cutOff;
  frame.endsLater = true;
  endings.unshift({ trace, frame, view: () => trace.span });
}

function meetInTurn([first, ...rest]: readonly Ending[], flow: Flow, refusal: string | undefined): Latch | undefined {
  if (!first) return undefined;
  const latch = meet(first, flow, refusal);
  const goOn = () => meetInTurn(rest, flow, refusal);
  return latch && rest.length > 0 ? followedBy(latch, goOn) : (latch ?? goOn());
}

function meet({ trace, frame, view }: Ending, flow: Flow, refusal: string | undefined): Latch | undefined {
  if (trace.endIsMet) return undefined;
  const foreseen = view();
  const isAsked = trace.gates.asksForFlow("after", foreseen);
  if (frame) {
    frame.endsLater = false;
    frame.isGatedBehind = isAsked;
    frame.notBehind = tooLate;
  }
  return isAsked || trace.span.ended ? flow.meetEnd(trace, foreseen, refusal) : undefined;
}

// No gate has waited for it. A span that is open tells the reason when it ends.
function meetCutOff({ trace, frame }: Ending, flow: Flow): void {
  if (frame) frame.endsLater = false;
  if (trace.span.ended) flow.meetEnd(trace, trace.span, cutOff);
}

// As the instrumentation names a span at its end.
function foreseeEnd(
  { span }: Trace,
  { method }: IncomingMessage,
  { statusCode }: ServerResponse,
  route: string | undefined,
): SpanView {
  const attributes = {
    "http.response.status_code": statusCode,
    "http.route": route,
    "error.type": statusCode >= 500 && statusCode < 600 ? String(statusCode) : undefined,
  };
  return foresee(span, attributes, route ? `${method || "GET"} ${route}` : span.name);
}
