// RunnerService over gRPC.
import type { handleServerStreamingCall, handleUnaryCall, Metadata } from "@grpc/grpc-js";
import type { RunnerServiceServer } from "../gen/spangate/v1/runner.js";
import { named, type StatusReply } from "../wire/failure.js";
import type { Admission } from "./admission.js";
import type { Heartbeats } from "./heartbeats.js";
import { type Look, type LookKind, lookStream } from "./look-stream.js";
import { malformed } from "./malformed.js";
import type { RunnerCalls } from "./runner-calls.js";

export function runnerService(calls: RunnerCalls, admit: Admission, heartbeats: Heartbeats): RunnerServiceServer {
  const refusalOf = (call: { readonly metadata: Metadata; readonly request: unknown }) =>
    admit(call.metadata, "runner") ?? malformed(call.request);
  const unary =
    <Request, Response>(answer: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> =>
    (call, callback) => {
      const refusal = refusalOf(call);
      if (refusal) return callback(refusal);
      answer(call.request).then(
        (response) => callback(null, response),
        (error: StatusReply) => callback(named(error)),
      );
    };
  const looking =
    <Request, Message extends { readonly events: readonly unknown[] }>(
      kind: LookKind,
      look: Look<Request, Message>,
    ): handleServerStreamingCall<Request, Message> =>
    (call) => {
      const refusal = refusalOf(call);
      if (refusal) return void call.emit("error", refusal);
      lookStream(call, kind, look);
    };
  return {
    open: (call) => {
      const refusal = refusalOf(call);
      if (refusal) return void call.emit("error", refusal);
      try {
        const close = calls.open(call.request, {
          onEvents: (events) => void call.write({ events: [...events] }),
          onError: (error) => void call.emit("error", named(error)),
          onEnd: () => call.end(),
        });
        // The stream is the run's lease.
        heartbeats.watch(call);
        call.on("cancelled", close);
        call.on("error", close);
      } catch (error) {
        call.emit("error", named(error as StatusReply));
      }
    },
    next: unary(calls.next),
    skipTo: unary(calls.skipTo),
    finish: unary(calls.finish),
    endStarter: unary(calls.endStarter),
    adopt: unary(calls.adopt),
    closeRun: unary(calls.closeRun),
    listHolds: unary(calls.listHolds),
    release: unary(calls.release),
    listAgents: unary(calls.listAgents),
    syncAgents: unary(calls.syncAgents),
    watch: looking("watch", (request, push, onEnd) =>
      calls.watch(request, { onEvents: (events) => push({ events: [...events] }), onEnd }),
    ),
    discover: looking("discover", (request, push, onEnd) =>
      calls.discover(request, { onEvents: (events) => push({ events: [...events] }), onEnd }),
    ),
    follow: looking("follow", (request, onTold, onEnd) => calls.follow(request, { onTold, onEnd })),
    stepByHand: unary(calls.stepByHand),
    steer: unary(calls.steer),
  };
}
