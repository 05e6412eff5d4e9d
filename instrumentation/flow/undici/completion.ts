// The end of a request of undici's: its handler hears of it later. The methods' names differ between versions.
import type { Trace } from "../../trace.js";
import type { Flow } from "../flow.js";
import type { Frame } from "../frames.js";
import { Telling } from "./later.js";

type Method = (...args: unknown[]) => unknown;
type Handler = Record<string, Method | undefined>;

/** What of undici's Request is used here. */
export interface UndiciRequest {
  readonly completed: boolean;
  abort: ((error: unknown) => void) | null;
  onError?(error: unknown): void;
  onResponseError?(error: unknown): void;
}

type Role = "head" | "data" | "end" | "upgrade";

// undici 6 and 7, then 8.
const roles: Readonly<Record<string, Role>> = {
  ...{ onHeaders: "head", onData: "data", onComplete: "end", onError: "end", onUpgrade: "upgrade" },
  ...{ onResponseStart: "head", onResponseData: "data", onResponseEnd: "end", onResponseError: "end" },
  onRequestUpgrade: "upgrade",
};
const upgraded = "the connection was upgraded: what follows is no end that could be put off";

/** Puts a gate in front of what the handler of the request is told. */
export function gateCompletion(request: UndiciRequest, frame: Frame, trace: Trace, flow: Flow): void {
  const key = Object.getOwnPropertySymbols(request).find(({ description }) => description === "handler");
  const place = request as unknown as Record<symbol, Handler>;
  const handler = key && place[key];
  if (!handler) return;
  frame.isGatedBehind = true;
  const telling = new Telling(frame, (error) => failLate(request, error));
  const gates: Record<Role, (tell: () => unknown) => unknown> = {
    head: (tell) => void telling.head(tell),
    data: (tell) => (telling.isOpen() ? tell() : void telling.later(tell)),
    end: (tell) => (telling.end(tell) ? undefined : tell()),
    upgrade(tell) {
      if (!trace.endIsMet) flow.meetEnd(trace, trace.span, upgraded);
      return tell();
    },
  };
  place[key] = new Proxy(handler, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const role = typeof name === "string" && Object.hasOwn(roles, name) ? roles[name] : undefined;
      // Handlers have private fields: they must be their own receivers.
      const tell = (args: unknown[]) => Reflect.apply(value as Method, target, args);
      return role ? (...args: unknown[]) => gates[role](() => tell(args)) : (...args: unknown[]) => tell(args);
    },
  });
}

// As undici does with what a handler throws.
function failLate(request: UndiciRequest, error: unknown): void {
  if (!request.completed) request.abort?.(error);
  else if (request.onResponseError) request.onResponseError(error);
  else request.onError?.(error);
}
