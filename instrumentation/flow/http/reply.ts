// The end of the response that a client gets, or the error in its place. Its instrumentation ends the span by
// listeners, so the gate stands in front of the events.
import type { ClientRequest, IncomingMessage } from "node:http";
import { nextTick } from "../../real-time.js";
import type { SpanView } from "../../span-facts.js";
import type { Trace } from "../../trace.js";
import type { Flow } from "../flow.js";
import { foresee } from "../foresight.js";
import type { Frame } from "../frames.js";
import type { Latch } from "../latch.js";
import { shadow } from "../shadow.js";
import { withdrawWhenDestroyed } from "./destroyed.js";

type Push = (chunk: unknown, encoding?: string) => boolean;

export function gateReply(result: unknown, frame: Frame, flow: Flow): unknown {
  if (frame.trace) gateEvents(result as ClientRequest, frame, frame.trace, flow);
  return result;
}

function gateEvents(request: ClientRequest, frame: Frame, trace: Trace, flow: Flow): void {
  let latch: Latch | undefined;
  // Only here: a response that breaks off, or an upgrade, has no end that could be put off.
  const meet = (view: SpanView) => {
    if (trace.endIsMet || !trace.gates.asksForFlow("after", view)) return undefined;
    frame.isGatedBehind = true;
    latch = flow.meetEnd(trace, view);
    return latch;
  };
  const { emit } = request;
  shadow(request, "emit", (event: string, ...args: unknown[]) => {
    const pass = () => emit.call(request, event, ...args);
    const waits = () => latch !== undefined && !latch.isOpen;
    if (event === "response") gateEnd(request, args[0] as IncomingMessage, trace, meet);
    if (event === "error" && !waits()) meet(foresee(trace.span, { "error.type": (args[0] as Error).name }));
    if (!latch || !waits() || (event !== "error" && event !== "close")) return pass();
    // "close" comes after "end", which comes two ticks after the response is let go on.
    latch.whenOpen(() => (event === "error" ? pass() : nextTick(() => nextTick(pass))));
    return request.listenerCount(event) > 0;
  });
}

function gateEnd(
  request: ClientRequest,
  response: IncomingMessage,
  { span }: Trace,
  meet: (view: SpanView) => Latch | undefined,
): void {
  const push = response.push as Push;
  const undo = shadow(response, "push", (chunk: unknown, encoding?: string) => {
    if (chunk !== null) return push.call(response, chunk, encoding);
    undo();
    const status = response.statusCode ?? 0;
    const failed = status >= 400 && status < 600;
    const latch = meet(foresee(span, { "error.type": failed ? String(status) : undefined }));
    if (!latch) return push.call(response, chunk);
    // The connection's close tells the end once more.
    const unpush = shadow(response, "push", () => false);
    const undoes = [unpush, withdrawWhenDestroyed(request, latch), withdrawWhenDestroyed(response, latch)];
    latch.whenOpen(() => {
      for (const unwatch of undoes) unwatch();
      push.call(response, null);
    });
    return false;
  });
}
