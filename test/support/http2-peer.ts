// The other side of a stream, byte by byte.
import { FrameParser, frameType } from "../../instrumentation/link/http2-frames.ts";

export const endStream = 1;
export const padded = 8;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function windowUpdate(stream: number, size: number): Buffer {
  return frame(frameType.windowUpdate, 0, stream, word(size));
}

/** SETTINGS with one INITIAL_WINDOW_SIZE, between two other settings. */
export function initialWindow(size: number): Buffer {
  const setting = (id: number, value: number) => Buffer.concat([Buffer.from([0, id]), word(value)]);
  return frame(frameType.settings, 0, 0, Buffer.concat([setting(3, 100), setting(4, size), setting(5, 16_384)]));
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A parser, and what it has told. */
export class Listener {
  readonly messages: Buffer[] = [];
  readonly replies: Buffer[] = [];
  readonly ends: string[] = [];
  readonly parser = new FrameParser({
    onReply: (bytes) => this.replies.push(bytes),
    onMessage: (bytes) => this.messages.push(Buffer.from(bytes)),
    onEnd: (reason) => this.ends.push(reason),
    onWindow: () => {},
  });

  /** Feeds the bytes in pieces of these sizes, in turn. */
  hear(bytes: Buffer, sizes: readonly number[] = [bytes.length]): this {
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const end = at + Math.max(1, sizes[turn % sizes.length] ?? 1);
      this.parser.push(Buffer.from(bytes.subarray(at, end)));
      at = end;
    }
    return this;
  }

  /** Sends as much of so many bytes as it may; returns how many that were. */
  send(length: number): number {
    let rest = Buffer.alloc(length);
    for (;;) {
      const [sent, left] = this.parser.take(rest);
      if (!sent) return length - left.length;
      rest = Buffer.from(left);
    }
  }
}
