// RunnerService over gRPC.
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { RunnerServiceServer } from "../gen/spangate/v1/runner.js";
import type { StatusReply } from "../wire/failure.js";
import type { Admission } from "./admission.js";
import type { RunnerCalls } from "./runner-calls.js";
import { watchStream } from "./watch-stream.js";

export function runnerService(calls: RunnerCalls, admit: Admission): RunnerServiceServer {
  const unary =
    <Request, Response>(answer: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> =>
    (call, callback) => {
      const refusal = admit(call.metadata, "runner");
      if (refusal) return callback(refusal);
      answer(call.request).then(
        (response) => callback(null, response),
        (error: StatusReply) => callback(named(error)),
      );
    };
  return {
    open: (call) => {
      const refusal = admit(call.metadata, "runner");
      if (refusal) return void call.emit("error", refusal);
      try {
        const close = calls.open(call.request, {
          onEvents: (events) => void call.write({ events: [...events] }),
          onError: (error) => void call.emit("error", named(error)),
          onEnd: () => call.end(),
        });
        // The stream is the run's lease.
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
      const refusal = admit(call.metadata, "runner");
      if (refusal) return void call.emit("error", refusal);
      watchStream(calls, call);
    },
  };
}

function named(reply: StatusReply): Error & StatusReply {
  return Object.assign(new Error(reply.details), reply);
}
