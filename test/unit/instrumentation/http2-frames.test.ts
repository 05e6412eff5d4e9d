import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closing, frameType, message, opening } from "../../../instrumentation/link/http2-frames.ts";
import { endStream, frame, initialWindow, Listener, padded, windowUpdate, word } from "../../support/http2-peer.ts";

const anyMessages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
const anySizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });

// Messages cut into DATA frames anywhere, some padded, with other frames between.
function dataFrames(messages: readonly Uint8Array[], cuts: readonly number[]): Buffer {
  const stream = Buffer.concat(messages.map((bytes) => message(bytes)));
  const frames = [initialWindow(1_000), frame(frameType.headers, 4, 1, Buffer.from([0x88]))];
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    const part = stream.subarray(at, at + size);
    if (size % 3 === 0) {
      const padding = Buffer.alloc(size % 7);
      frames.push(frame(frameType.data, padded, 1, Buffer.concat([Buffer.from([padding.length]), part, padding])));
    } else {
      frames.push(frame(frameType.data, 0, 1, part));
    }
    if (size % 5 === 0)
      frames.push(frame(frameType.ping, 0, 0, Buffer.alloc(8, turn)), frame(99, 0, 0, Buffer.alloc(3)));
    at += size;
  }
  return Buffer.concat(frames);
}

describe("the parser of frames", () => {
  it("hears the same messages, however the bytes and the messages are cut", () => {
    fc.assert(
      fc.property(anyMessages, anySizes, anySizes, (messages, cuts, sizes) => {
        const { messages: heard, ends } = new Listener().hear(dataFrames(messages, cuts), sizes);
        expect(heard).toEqual(messages.map((bytes) => Buffer.from(bytes)));
        expect(ends).toEqual([]);
      }),
    );
  });

  it("answers in the same way, however the bytes are cut", () => {
    fc.assert(
      fc.property(anyMessages, anySizes, anySizes, (messages, cuts, sizes) => {
        const bytes = dataFrames(messages, cuts);
        expect(new Listener().hear(bytes, sizes).replies).toEqual(new Listener().hear(bytes).replies);
      }),
    );
  });

  it("acknowledges settings and pings, and no acknowledgement", () => {
    const ping = Buffer.from("12345678");
    const { replies } = new Listener().hear(
      Buffer.concat([
        initialWindow(10),
        frame(frameType.settings, 1, 0, Buffer.alloc(0)),
        frame(frameType.ping, 0, 0, ping),
        frame(frameType.ping, 1, 0, ping),
      ]),
    );
    expect(replies).toEqual([frame(frameType.settings, 1, 0, Buffer.alloc(0)), frame(frameType.ping, 1, 0, ping)]);
  });

  it.each([
    ["trailers", frame(frameType.headers, endStream | 4, 1, Buffer.from([0x88])), "ended"],
    ["its last data", frame(frameType.data, endStream, 1, message(Buffer.from("last"))), "ended"],
    ["a reset", frame(frameType.rst, 0, 1, word(8)), "reset the stream (8)"],
  ])("tells the stream's end by %s", (_, bytes, reason) => {
    const { ends } = new Listener().hear(bytes);
    expect(ends).toHaveLength(1);
    expect(ends[0]).toContain(reason);
  });

  it("hears the message that comes with the stream's end", () => {
    const { messages } = new Listener().hear(frame(frameType.data, endStream, 1, message(Buffer.from("last"))));
    expect(messages.map(String)).toEqual(["last"]);
  });
});

describe("flow control", () => {
  const first = 65_535;

  it("never sends more than the peer allows on the connection and on the stream", () => {
    const anyStep = fc.oneof(
      fc.record({
        type: fc.constantFrom("connection" as const, "stream" as const),
        size: fc.integer({ min: 1, max: 99_999 }),
      }),
      fc.record({ type: fc.constantFrom("settings" as const, "send" as const), size: fc.nat({ max: 200_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const listener = new Listener();
        const window = { connection: first, stream: first, settings: first };
        for (const { type, size } of steps) {
          if (type === "send") {
            const allowed = Math.max(0, Math.min(window.connection, window.stream, size));
            expect(listener.send(size)).toBe(allowed);
            window.connection -= allowed;
            window.stream -= allowed;
          } else if (type === "settings") {
            listener.hear(initialWindow(size));
            window.stream += size - window.settings;
            window.settings = size;
          } else {
            listener.hear(windowUpdate(type === "connection" ? 0 : 1, size));
            window[type] += size;
          }
        }
      }),
    );
  });

  it("sends no frame larger than every peer must take", () => {
    const [sent, rest] = new Listener().parser.take(Buffer.alloc(40_000));
    expect(sent).toHaveLength(9 + 16_384);
    expect(rest).toHaveLength(40_000 - 16_384);
  });

  it("lets the peer send on, as much as it has sent", () => {
    const listener = new Listener();
    const payload = message(Buffer.alloc((1 << 24) - 1 - 5));
    const sent = 20;
    for (let count = 0; count < sent; count += 1) listener.hear(frame(frameType.data, 0, 1, payload));
    const [update] = listener.replies;
    const given = update?.readUInt32BE(9) ?? 0;
    expect(listener.replies).toEqual([Buffer.concat([windowUpdate(0, given), windowUpdate(1, given)])]);
    expect(given % payload.length).toBe(0);
    expect(given).toBeLessThanOrEqual(sent * payload.length);
  });
});

describe("what is sent", () => {
  it("begins with the preface, settings, a window for the connection and the headers", () => {
    const bytes = opening("/a.B/C", "localhost", { te: "trailers" });
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    expect(bytes.subarray(0, preface.length).toString()).toBe(preface);
    const types: number[] = [];
    for (let at = preface.length; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes[at + 3] ?? -1);
    expect(types).toEqual([frameType.settings, frameType.windowUpdate, frameType.headers]);
  });

  it("ends with an empty frame of data that ends the stream", () => {
    expect(closing()).toEqual(frame(frameType.data, endStream, 1, Buffer.alloc(0)));
  });
});
