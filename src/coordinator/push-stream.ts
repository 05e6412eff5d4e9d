// Watch and Follow over gRPC. Whoever reads too slowly is cut off: what waits for a reader fills the coordinator's memory.
import { Metadata, type ServerWritableStream, status } from "@grpc/grpc-js";

/** How many events may wait for a reader: of a run that is followed, all that is kept of it is told at once. */
const backlogLimits = { watch: 10_000, follow: 50_000 } as const;

/**
 * @param sizeOf how many events a message has
 * @param subscribe gets what sends a message; returns what ends it
 */
export function pushStream<Request, Response>(
  call: ServerWritableStream<Request, Response>,
  kind: keyof typeof backlogLimits,
  sizeOf: (message: Response) => number,
  subscribe: (push: (message: Response) => void) => () => void,
): void {
  const limit = backlogLimits[kind];
  let waiting = 0;
  const stop = subscribe((message) => {
    if (waiting > limit) {
      stop();
      call.emit("error", {
        code: status.RESOURCE_EXHAUSTED,
        details: `More than ${limit} events waited for their reader. Read faster, or ${kind} anew.`,
      });
      return;
    }
    waiting += sizeOf(message);
    call.write(message, () => {
      waiting -= sizeOf(message);
    });
  });
  // At once, so that the reader knows that it watches also where there is nothing to see.
  call.sendMetadata(new Metadata());
  call.on("cancelled", stop);
  call.on("error", stop);
}
