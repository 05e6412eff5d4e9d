// undici, and the fetch of Node that is built on it. Its instrumentation patches nothing: it listens to diagnostics
// channels, and so does this, before and after it.
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { queueMicrotask } from "../../real-time.js";
import type { Adapter } from "../adapter.js";
import type { Flow } from "../flow.js";
import type { Frame } from "../frames.js";
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { gateCompletion, type UndiciRequest } from "../undici/completion.js";

const scope = "@opentelemetry/instrumentation-undici";

interface Message {
  readonly request: UndiciRequest;
}

interface Sending extends Message {
  readonly headers: string;
  readonly socket: Socket;
}

interface Failure extends Message {
  readonly error: Error;
}

interface Call {
  readonly frame: Frame;
  /** What its first byte waits for. */
  start: Latch | undefined;
}

function install(instrumentation: Instrumentation & { isEnabled?(): boolean }, flow: Flow): void {
  const calls = new WeakMap<UndiciRequest, Call>();
  let isWhole = false;
  // Subscribers are called in the sequence in which they came. One that listens already begins anew in between; the
  // application's is met amid its enable(), when it has not begun, and must not be asked for anything.
  const listens = instrumentation.isEnabled?.() ?? false;
  if (listens) instrumentation.disable();
  on<Message>("undici:request:create", ({ request }) => {
    if (isWhole && !flow.isAtRest) calls.set(request, { frame: flow.frames.push(scope), start: undefined });
  });
  on<Failure>("undici:request:error", ({ request, error }) => {
    const call = calls.get(request);
    const trace = call?.frame.trace;
    if (trace && !trace.startIsMet) flow.meetStart(trace, `it failed before it was sent (${error.message})`);
    withdraw(call?.start, `the request has failed: ${error.message}`);
  });
  if (listens) instrumentation.enable();
  const listenBehind = () => {
    isWhole = true;
    on<Message>("undici:request:create", ({ request }) => {
      const frame = calls.get(request)?.frame;
      if (frame?.isOpen) created(request, frame, flow);
    });
    on<Sending>("undici:client:sendHeaders", (sending) => {
      const call = calls.get(sending.request);
      if (call) call.start = holdSending(sending, call.frame, flow);
    });
  };
  if (listens) listenBehind();
  else queueMicrotask(listenBehind);
}

function on<T>(channel: string, take: (message: T) => void): void {
  subscribe(channel, (message) => take(message as T));
}

function created(request: UndiciRequest, frame: Frame, flow: Flow): void {
  flow.frames.pop(frame);
  const { trace } = frame;
  if (!trace) return;
  // A flow's gate waits until there is a connection.
  flow.meetUncalled(trace);
  if (trace.gates.mayAskForFlow("after")) gateCompletion(request, frame, trace, flow);
}

// Nothing of the request has been written yet.
function holdSending({ headers, socket }: Sending, { trace }: Frame, flow: Flow): Latch | undefined {
  const latch = trace && flow.meetStart(trace, whyNotHeld(headers, socket));
  if (!latch) return undefined;
  socket.cork();
  latch.whenOpen(() => socket.uncork());
  return latch;
}

function whyNotHeld(headers: string, socket: Socket): string | undefined {
  if (/^:path: /m.test(headers)) return "HTTP/2 sends it among other requests of its connection";
  if (socket.writableLength > 0) return "an earlier request of its connection is still being sent";
  return undefined;
}

export const undici: Adapter = {
  scope,
  functions: {},
  install,
  docs: {
    driver: "undici, fetch",
    tested: "undici 8, fetch of Node 22, 24, 26",
    spans: "`GET` and so on",
    before:
      "there is a connection, and nothing of the request is sent; later requests of the connection wait behind it",
    after: "all has come, and the caller does not have the response's end, or its error",
    unsupported: "`before` over HTTP/2, and behind a pipelined request that is still being sent; `after` an upgrade",
  },
};
