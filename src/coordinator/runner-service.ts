// RunnerService over gRPC.
import type { handleServerStreamingCall, handleUnaryCall, Metadata } from "@grpc/grpc-js";
import { type OpenResponse, type RunnerServiceServer, RunnerServiceService } from "../gen/spangate/v1/runner.js";
import { named, type StatusReply } from "../wire/failure.js";
import type { Admission } from "./admission.js";
import type { Heartbeats } from "./heartbeats.js";
import { type Look, type LookKind, lookStream } from "./look-stream.js";
import { malformed } from "./malformed.js";
import { type Events, type Part, partsOf } from "./parts.js";
import type { RunnerCalls } from "./runner-calls.js";

/** Makes what cuts the messages of a streaming call. @param rest a further message, of these events */
function cutterOf<Message extends Events>(
  method: LookKind | "open",
  rest: (events: Message["events"]) => Message,
): (message: Message) => readonly Part<Message>[] {
  const serialize = RunnerServiceService[method].responseSerialize as unknown as (message: Message) => Buffer;
  return (message) => partsOf(message, (it) => serialize(it).length, rest);
}

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
  const cutRun = cutterOf<OpenResponse>("open", (events) => ({ events }));
  const looking =
    <Request, Message extends Events>(
      kind: LookKind,
      look: Look<Request, Message>,
      rest: (events: Message["events"]) => Message,
    ): handleServerStreamingCall<Request, Message> =>
    (call) => {
      const refusal = refusalOf(call);
      if (refusal) return void call.emit("error", refusal);
      // Nobody else would notice that its link was cut.
      heartbeats.watch(call);
      lookStream(call, kind, look, cutterOf(kind, rest));
    };
  return {
    open: (call) => {
      const refusal = refusalOf(call);
      if (refusal) return void call.emit("error", refusal);
      try {
        const close = calls.open(call.request, {
          onEvents: (events) => {
            for (const [part] of cutRun({ events: [...events] })) call.write(part);
          },
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
    watch: looking(
      "watch",
      (request, push, onEnd) => calls.watch(request, { onEvents: (events) => push({ events: [...events] }), onEnd }),
      (events) => ({ events }),
    ),
    discover: looking(
      "discover",
      (request, push, onEnd) => calls.discover(request, { onEvents: (events) => push({ events: [...events] }), onEnd }),
      (events) => ({ events }),
    ),
    follow: looking(
      "follow",
      (request, onTold, onEnd) => calls.follow(request, { onTold, onEnd }),
      (events) => ({ run: undefined, missed: 0, events }),
    ),
    stepByHand: unary(calls.stepByHand),
    steer: unary(calls.steer),
  };
}
