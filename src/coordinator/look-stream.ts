// Watch, Follow and Discover over gRPC. Whoever reads too slowly is cut off: what waits for a reader fills the
// coordinator's memory.
import { Metadata, type ServerWritableStream, status } from "@grpc/grpc-js";
import { named, type StatusReply } from "../wire/failure.js";

/** How many events may wait for a reader: of a run that is followed, all that is kept of it is told at once. */
const backlogLimits = { watch: 10_000, discover: 10_000, follow: 50_000 } as const;

export type LookKind = keyof typeof backlogLimits;

/**
 * Begins to look on.
 * @param push sends a message
 * @returns what ends it
 * @throws {StatusReply}
 */
export type Look<Request, Message> = (
  request: Request,
  push: (message: Message) => void,
  end: () => void,
) => () => void;

export function lookStream<Request, Message extends { readonly events: readonly unknown[] }>(
  call: ServerWritableStream<Request, Message>,
  kind: LookKind,
  look: Look<Request, Message>,
): void {
  const limit = backlogLimits[kind];
  let waiting = 0;
  const push = (message: Message) => {
    if (waiting > limit) {
      stop();
      const details = `More than ${limit} events waited for their reader. Read faster, or ${kind} anew.`;
      call.emit("error", { code: status.RESOURCE_EXHAUSTED, details });
      return;
    }
    waiting += message.events.length;
    call.write(message, () => {
      waiting -= message.events.length;
    });
  };
  let stop: () => void;
  try {
    stop = look(call.request, push, () => call.end());
  } catch (error) {
    return void call.emit("error", named(error as StatusReply));
  }
  // At once, so that the reader knows that it looks on also where there is nothing to see.
  call.sendMetadata(new Metadata());
  call.on("cancelled", stop);
  call.on("error", stop);
}
