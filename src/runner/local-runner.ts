// RunnerService of a coordinator in this very process: the same calls with the same messages, and no bytes. A run
// makes six calls and more, which this process would pay for on both sides, while its actors wait for it.
import { AsyncLocalStorage } from "node:async_hooks";
import { queueMicrotask } from "../real-time.js";
import type { StatusReply } from "../wire/failure.js";
import type { RunnerPort } from "../wire/runner-port.js";

// The coordinator's work belongs to no actor, whoever calls it.
const outside = AsyncLocalStorage.snapshot();

export function localRunner(calls: RunnerPort): RunnerPort {
  const unary =
    <Request, Response>(call: (request: Request) => Promise<Response>) =>
    (request: Request): Promise<Response> =>
      outside(call, request);
  return {
    open: (request, listener) => {
      const here = AsyncLocalStorage.snapshot();
      // Never at once: the coordinator is amid its work, and what it tells may be answered by more.
      // In a copy of the context: up to Node 23 `enterWith` changes the very one that it is called in.
      const later = (tell: () => void) => queueMicrotask(() => here(() => AsyncLocalStorage.snapshot()(tell)));
      try {
        return outside(calls.open, request, {
          onEvents: (events) => later(() => listener.onEvents(events)),
          onError: (error) => later(() => listener.onError(error)),
          onEnd: () => later(() => listener.onEnd()),
        });
      } catch (error) {
        later(() => listener.onError(error as StatusReply));
        return () => {};
      }
    },
    next: unary(calls.next),
    skipTo: unary(calls.skipTo),
    finish: unary(calls.finish),
    endStarter: unary(calls.endStarter),
    adopt: unary(calls.adopt),
    closeRun: unary(calls.closeRun),
    listAgents: unary(calls.listAgents),
  };
}
