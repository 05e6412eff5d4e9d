// Watch, Follow and Discover over gRPC. Whoever reads too slowly is cut off: what waits for a reader fills the
// coordinator's memory.
import { Metadata, type ServerWritableStream, status } from "@grpc/grpc-js";
import { named, type StatusReply } from "../wire/failure.js";
import type { Events, Part } from "./parts.js";

/** How many events may wait for a reader: of a run that is followed, all that is kept of it is told at once. */
const backlogLimits = { watch: 10_000, discover: 10_000, follow: 50_000 } as const;
/** And how many bytes: one event may have long texts. */
const backlogBytes = 64 << 20;

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

/** @param cut makes messages of one that is too large, each with its size in bytes */
export function lookStream<Request, Message extends Events>(
  call: ServerWritableStream<Request, Message>,
  kind: LookKind,
  look: Look<Request, Message>,
  cut: (message: Message) => readonly Part<Message>[],
): void {
  const limit = backlogLimits[kind];
  const waiting = { events: 0, bytes: 0 };
  let isCutOff = false;
  const push = (message: Message) => {
    for (const [part, bytes] of cut(message)) {
      if (isCutOff) return;
      if (waiting.events > limit || waiting.bytes > backlogBytes) return cutOff();
      const { length } = part.events;
      waiting.events += length;
      waiting.bytes += bytes;
      call.write(part, () => {
        waiting.events -= length;
        waiting.bytes -= bytes;
      });
    }
  };
  const cutOff = () => {
    isCutOff = true;
    stop();
    const most = `${limit} events, or ${backlogBytes >> 20} MiB,`;
    const details = `More than ${most} waited for their reader. Read faster, or ${kind} anew.`;
    call.emit("error", { code: status.RESOURCE_EXHAUSTED, details });
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
