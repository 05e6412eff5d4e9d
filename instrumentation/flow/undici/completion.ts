// The end of a request of undici's: its handler hears of it later. The methods' names differ between versions.
import type { Trace } from "../../trace.js";
import type { Flow } from "../flow.js";
import type { Frame } from "../frames.js";
import { shadow } from "../shadow.js";
import { Telling } from "./later.js";

type Method = (...args: unknown[]) => unknown;
type Tell = (args: unknown[]) => unknown;
type Handler = Record<string, Method | undefined>;

/** What of undici's Request is used here. */
export interface UndiciRequest {
  readonly completed: boolean;
  abort: ((error: unknown) => void) | null;
  onError?(error: unknown): void;
  onResponseError?(error: unknown): void;
}

type Role = "start" | "head" | "data" | "end" | "upgrade";

type Abort = (reason?: unknown) => unknown;

/** By which a handler of undici 8 rules its response. */
interface Controller {
  readonly paused: boolean;
  rawHeaders: unknown;
  abort: Abort;
  resume(): void;
}

// undici 6 and 7, then 8.
const roles: Readonly<Record<string, Role>> = {
  ...{ onConnect: "start", onHeaders: "head", onData: "data", onComplete: "end", onError: "end", onUpgrade: "upgrade" },
  ...{ onRequestStart: "start", onResponseStart: "head", onResponseData: "data", onResponseEnd: "end" },
  ...{ onResponseError: "end", onRequestUpgrade: "upgrade" },
};
const upgraded = "the connection was upgraded: what follows is no end that could be put off";

/** Puts a gate in front of what the handler of the request is told. */
export function gateCompletion(request: UndiciRequest, frame: Frame, trace: Trace, flow: Flow): void {
  const key = Object.getOwnPropertySymbols(request).find(({ description }) => description === "handler");
  const place = request as unknown as Record<symbol, Handler>;
  const handler = key && place[key];
  if (!handler) return;
  frame.isGatedBehind = true;
  let controller: Controller | undefined;
  const telling = new Telling(frame, {
    isPaused: () => controller?.paused ?? false,
    fail: (error) => failLate(request, error),
  });
  // undici has done with a response that is told late, and hears of no abort.
  const givingUp = (abort: Abort): Abort => {
    return (reason) => {
      abort(reason);
      if (request.completed) telling.giveUp(reason ?? aborted());
    };
  };
  const start = ([first, ...rest]: unknown[]): unknown[] => {
    if (typeof first === "function") return [givingUp(first as Abort), ...rest];
    controller = first as Controller;
    const { abort, resume } = controller;
    shadow(controller, "abort", givingUp(abort.bind(controller)));
    shadow(controller, "resume", () => {
      resume.call(controller);
      telling.goOn();
    });
    return [first, ...rest];
  };
  const gates: Record<Role, (tell: Tell, args: unknown[]) => unknown> = {
    start: (tell, args) => tell(start(args)),
    // Its instrumentation has set by now what a rule may ask for; only an error adds to it.
    head: (tell, args) =>
      trace.gates.asksForFlow("after", trace.span) ? void telling.head(withItsHeaders(tell, args)) : tell(args),
    data: (tell, args) => (telling.isOpen() ? tell(args) : void telling.later(() => tell(args))),
    end: (tell, args) => (telling.end(() => tell(args)) ? undefined : tell(args)),
    upgrade(tell, args) {
      if (!trace.endIsMet) flow.meetEnd(trace, trace.span, upgraded);
      return tell(args);
    },
  };
  place[key] = new Proxy(handler, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const role = typeof name === "string" && Object.hasOwn(roles, name) ? roles[name] : undefined;
      // Handlers have private fields: they must be their own receivers.
      const tell: Tell = (args) => Reflect.apply(value as Method, target, args);
      return role ? (...args: unknown[]) => gates[role](tell, args) : (...args: unknown[]) => tell(args);
    },
  });
}

// The next head takes their place, a response's that of the hints in front of it.
function withItsHeaders(tell: Tell, args: unknown[]): () => void {
  const [controller] = args as [Controller | null];
  const { rawHeaders } = controller ?? {};
  return () => {
    if (controller && rawHeaders !== undefined) controller.rawHeaders = rawHeaders;
    tell(args);
  };
}

// As undici does with what a handler throws.
function failLate(request: UndiciRequest, error: unknown): void {
  if (!request.completed) request.abort?.(error);
  else if (request.onResponseError) request.onResponseError(error);
  else request.onError?.(error);
}

// As undici's own where no reason is given.
function aborted(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError", code: "UND_ERR_ABORTED" });
}
