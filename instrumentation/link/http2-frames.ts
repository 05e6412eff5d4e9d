// The bytes of HTTP/2 (RFC 9113) that one gRPC stream of a client needs: its opening, its DATA, and a parser of
// what comes back. Pure: bytes in, bytes out. Response headers are not decoded: a refused stream is asked again
// by Node's own client, which can tell the status (refusal.ts).

export const frameType = { data: 0, headers: 1, rst: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8 } as const;

const flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const;
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const streamId = 1;
/** What the peer may send before it has to be told that it may send more: as good as anything. */
export const wideWindow = 0x3fff_0000;
const maxFrameSize = 16_384;
const initialWindow = 65_535;
const empty = Buffer.alloc(0);

/**
 * The connection's first bytes: preface, settings, and the request's headers.
 * @param window as {@link FrameParser} gets it
 */
export function opening(
  path: string,
  authority: string,
  headers: Readonly<Record<string, string>>,
  window = wideWindow,
): Buffer {
  const settings = Buffer.alloc(18);
  settings.writeUInt16BE(1, 0); // HEADER_TABLE_SIZE 0
  settings.writeUInt16BE(2, 6); // ENABLE_PUSH 0
  settings.writeUInt16BE(4, 12); // INITIAL_WINDOW_SIZE
  settings.writeUInt32BE(window, 14);
  // HPACK (RFC 7541): indexed fields of the static table, then literals without indexing, no Huffman code.
  const fields = [
    Buffer.from([0x83, 0x86]), // :method POST, :scheme http
    Buffer.from([0x04]),
    text(path),
    Buffer.from([0x01]),
    text(authority),
    ...Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0x00]), text(name), text(value)]),
  ];
  return Buffer.concat([
    preface,
    frame(frameType.settings, 0, 0, settings),
    frame(frameType.windowUpdate, 0, 0, uint32(wideWindow)),
    frame(frameType.headers, flag.endHeaders, streamId, Buffer.concat(fields)),
  ]);
}

/** A gRPC message: not compressed, length, bytes (gRPC over HTTP/2). */
export function message(bytes: Uint8Array): Buffer {
  // A buffer of its own: what goes through a port is copied with the whole pool that it lies in.
  const framed = Buffer.alloc(5 + bytes.length);
  framed.writeUInt32BE(bytes.length, 1);
  framed.set(bytes, 5);
  return framed;
}

/** An empty DATA frame that ends the stream from this side. */
export function closing(): Buffer {
  return frame(frameType.data, flag.endStream, streamId, empty);
}

/** PING: whoever is there answers it. */
export function ping(): Buffer {
  return frame(frameType.ping, 0, 0, Buffer.alloc(8));
}

/** What the parser tells. */
export interface ParserEvents {
  /** Bytes that must be sent back: acknowledgements and window updates. */
  onReply(bytes: Buffer): void;
  /** One gRPC message; valid only during the call. */
  onMessage(bytes: Uint8Array): void;
  /** The peer has ended the stream or the connection. */
  onEnd(reason: string): void;
  /** More may be sent than before. */
  onWindow(): void;
}

/** Reads frames, and knows how much may be sent: {@link take} turns bytes into DATA frames within the windows. */
export class FrameParser {
  readonly #events: ParserEvents;
  readonly #window: number;
  #rest: Buffer = empty;
  #message: Buffer = empty;
  #consumed = 0;
  #connectionWindow = initialWindow;
  #streamWindow = initialWindow;
  #peerInitialWindow = initialWindow;

  /** @param window how many bytes of messages the peer may send unread */
  constructor(events: ParserEvents, window = wideWindow) {
    this.#events = events;
    this.#window = window;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= 9) {
      const length = bytes.readUIntBE(at, 3);
      if (bytes.length - at - 9 < length) break;
      const stream = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
      this.#frame(bytes.readUInt8(at + 3), bytes.readUInt8(at + 4), stream, bytes.subarray(at + 9, at + 9 + length));
      at += 9 + length;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : empty;
  }

  /** How many bytes may be sent now. */
  get room(): number {
    return Math.min(this.#connectionWindow, this.#streamWindow);
  }

  /** A DATA frame with as much of the bytes as may be sent now, and what is left of them. */
  take(bytes: Buffer): readonly [Buffer | undefined, Buffer] {
    const length = Math.min(bytes.length, maxFrameSize, this.room);
    if (length <= 0) return [undefined, bytes];
    this.#connectionWindow -= length;
    this.#streamWindow -= length;
    return [frame(frameType.data, 0, streamId, bytes.subarray(0, length)), bytes.subarray(length)];
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    switch (type) {
      case frameType.data:
        return this.#data(flags, payload);
      case frameType.headers:
        // With END_STREAM these are the trailers, or an answer without messages: a refusal.
        if (flags & flag.endStream) this.#events.onEnd("the coordinator ended the stream");
        return;
      case frameType.rst:
        return this.#events.onEnd(`the coordinator reset the stream (${payload.readUInt32BE(0)})`);
      case frameType.settings:
        return this.#settings(flags, payload);
      case frameType.ping:
        if (!(flags & flag.ack)) this.#events.onReply(frame(frameType.ping, flag.ack, 0, payload));
        return;
      case frameType.goaway:
        // The stream may still end in order; a closed socket tells otherwise.
        return;
      case frameType.windowUpdate:
        return this.#grow(stream, payload.readUInt32BE(0) & 0x7fff_ffff);
    }
  }

  #data(flags: number, payload: Buffer): void {
    this.#consumed += payload.length;
    if (this.#consumed > this.#window / 4) {
      const update = uint32(this.#consumed);
      this.#consumed = 0;
      this.#events.onReply(
        Buffer.concat([
          frame(frameType.windowUpdate, 0, 0, update),
          frame(frameType.windowUpdate, 0, streamId, update),
        ]),
      );
    }
    const data = flags & flag.padded ? payload.subarray(1, payload.length - payload.readUInt8(0)) : payload;
    let bytes = this.#message.length > 0 ? Buffer.concat([this.#message, data]) : data;
    while (bytes.length >= 5) {
      const end = 5 + bytes.readUInt32BE(1);
      if (bytes.length < end) break;
      this.#events.onMessage(bytes.subarray(5, end));
      bytes = bytes.subarray(end);
    }
    this.#message = bytes.length > 0 ? Buffer.from(bytes) : empty;
    if (flags & flag.endStream) this.#events.onEnd("the coordinator ended the stream");
  }

  #settings(flags: number, payload: Buffer): void {
    if (flags & flag.ack) return;
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== 4) continue;
      const size = payload.readUInt32BE(at + 2);
      this.#streamWindow += size - this.#peerInitialWindow;
      this.#peerInitialWindow = size;
    }
    this.#events.onReply(frame(frameType.settings, flag.ack, 0, empty));
    this.#events.onWindow();
  }

  #grow(stream: number, size: number): void {
    if (stream === 0) this.#connectionWindow += size;
    else this.#streamWindow += size;
    this.#events.onWindow();
  }
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, 9);
  return bytes;
}

// An HPACK string literal: its length as an integer with a prefix of 7 bits, then the bytes.
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  length.push(rest);
  return Buffer.concat([Buffer.from(length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}
