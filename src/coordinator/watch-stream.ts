// Watch over gRPC. Whoever reads too slowly is cut off: what waits for a reader fills the coordinator's memory.
import { Metadata, type ServerWritableStream, status } from "@grpc/grpc-js";
import type { WatchRequest, WatchResponse } from "../gen/spangate/v1/runner.js";
import type { RunnerCalls } from "./runner-calls.js";

/** How many events may wait for a reader. */
const backlogLimit = 10_000;

const tooSlow = {
  code: status.RESOURCE_EXHAUSTED,
  details: `More than ${backlogLimit} events waited for their reader. Read faster, or watch anew.`,
};

export function watchStream(
  calls: Pick<RunnerCalls, "watch">,
  call: ServerWritableStream<WatchRequest, WatchResponse>,
): void {
  // At once, so that the reader knows that it watches also where there is nothing to see.
  call.sendMetadata(new Metadata());
  let waiting = 0;
  const stop = calls.watch(call.request, {
    onEvents: (events) => {
      if (waiting > backlogLimit) {
        stop();
        call.emit("error", tooSlow);
        return;
      }
      waiting += events.length;
      call.write({ events: [...events] }, () => {
        waiting -= events.length;
      });
    },
    onEnd: () => call.end(),
  });
  call.on("cancelled", stop);
  call.on("error", stop);
}
