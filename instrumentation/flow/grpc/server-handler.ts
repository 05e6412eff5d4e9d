// A server's handler. A unary or client-streaming one answers through its callback; one that streams its answer ends
// its call, and the status is sent when all messages are.
import type { SpanView } from "../../span-facts.js";
import type { Trace } from "../../trace.js";
import type { Flow } from "../flow.js";
import { foresee } from "../foresight.js";
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { gateNext, meetInside } from "../middleware.js";
import { shadow } from "../shadow.js";
import { makeCall, type RawCall, type Shape } from "../shape.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** What a handler gets. */
interface ServerCall {
  cancelled: boolean;
  /** The call below it. */
  readonly call?: { sendStatus?(status: unknown): void };
  readonly pendingStatus?: { readonly code: number };
  _final?: (done: unknown) => void;
  once(event: string, listener: AnyFunction): unknown;
  off(event: string, listener: AnyFunction): unknown;
  rawListeners(event: string): AnyFunction[];
}

const cancelledEvent = "cancelled";
const statusUnknown = 2;

export const serverHandler: Shape = {
  putOff(call, latch) {
    const serverCall = callOf(call);
    const known = serverCall.rawListeners(cancelledEvent);
    const stop = withdrawWhenCancelled(serverCall, latch);
    const wasCancelled = serverCall.cancelled;
    latch.whenOpen(() => {
      stop();
      try {
        makeCall(call);
      } catch (error) {
        failCall(serverCall, error);
      }
      // The handler would have heard it.
      if (serverCall.cancelled && !wasCancelled) {
        const added = serverCall.rawListeners(cancelledEvent).filter((listener) => !known.includes(listener));
        for (const listener of added) Reflect.apply(listener, serverCall, [cancelledEvent]);
      }
    });
    return undefined;
  },
  gateCall: (call, trace, flow) =>
    call.args.length > 1 ? gateAnswer(call, trace, flow) : gateFinal(call, trace, flow),
};

function callOf({ args }: RawCall): ServerCall {
  return args[0] as ServerCall;
}

// What grpc-js does where a handler throws.
function failCall({ call }: ServerCall, error: unknown): void {
  if (typeof call?.sendStatus !== "function") throw error;
  const isTold = process.env["GRPC_NODE_DEBUG_SEND_ERROR_DETAILS"] === "true";
  const details = isTold ? `Server method handler threw error ${(error as Error).message}` : "Unknown error";
  call.sendStatus({ code: statusUnknown, details, metadata: null });
}

function gateAnswer(call: RawCall, trace: Trace, flow: Flow): RawCall {
  return gateNext(call, ([error]) => {
    const code = error ? (error as { code?: number }).code : 0;
    return meetInside(call, trace, flow, foreseeStatus(trace, code));
  });
}

function gateFinal(call: RawCall, trace: Trace, flow: Flow): void {
  const serverCall = callOf(call);
  const { _final: final } = serverCall;
  const { frame } = call;
  if (typeof final !== "function" || !frame) return;
  frame.isGatedBehind = true;
  const undo = shadow(serverCall, "_final", (done: unknown) => {
    undo();
    const code = serverCall.pendingStatus?.code ?? 0;
    // An error has ended the span already.
    const hold = meetInside(call, trace, flow, foreseeStatus(trace, code)) ?? frame.end;
    if (!hold || hold.isOpen) return final.call(serverCall, done);
    const stop = withdrawWhenCancelled(serverCall, hold);
    hold.whenOpen(() => {
      stop();
      final.call(serverCall, done);
    });
  });
}

function foreseeStatus({ span }: Trace, code: number | undefined): SpanView {
  return foresee(span, { "rpc.grpc.status_code": code });
}

function withdrawWhenCancelled(serverCall: ServerCall, latch: Latch): () => void {
  const onCancelled = () => withdraw(latch, "its client has cancelled the call");
  serverCall.once(cancelledEvent, onCancelled);
  return () => void serverCall.off(cancelledEvent, onCancelled);
}
