// RunnerService over gRPC.
import type { handleUnaryCall, Metadata } from "@grpc/grpc-js";
import type { RunnerServiceServer } from "../gen/spangate/v1/runner.js";
import type { StatusReply } from "../wire/failure.js";
import type { Admission } from "./admission.js";
import type { Heartbeats } from "./heartbeats.js";
import { malformed } from "./malformed.js";
import { pushStream } from "./push-stream.js";
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
    watch: (call) => {
      const refusal = refusalOf(call);
      if (refusal) return void call.emit("error", refusal);
      pushStream(
        call,
        "watch",
        ({ events }) => events.length,
        (push) =>
          calls.watch(call.request, { onEvents: (events) => push({ events: [...events] }), onEnd: () => call.end() }),
      );
    },
    follow: (call) => {
      const refusal = refusalOf(call);
      if (refusal) return void call.emit("error", refusal);
      try {
        pushStream(
          call,
          "follow",
          ({ events }) => events.length,
          (push) => calls.follow(call.request, { onTold: push, onEnd: () => call.end() }),
        );
      } catch (error) {
        call.emit("error", named(error as StatusReply));
      }
    },
    stepByHand: unary(calls.stepByHand),
    steer: unary(calls.steer),
  };
}

function named(reply: StatusReply): Error & StatusReply {
  return Object.assign(new Error(reply.details), reply);
}
