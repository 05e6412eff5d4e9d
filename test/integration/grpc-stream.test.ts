// The link's own gRPC client against a real server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Metadata, Server, ServerCredentials, type ServerDuplexStream, status } from "@grpc/grpc-js";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { GrpcStream } from "../../instrumentation/link/grpc-stream.ts";
import { message } from "../../instrumentation/link/http2-frames.ts";

const path = "/test.Echo/Talk";
const token = "t".repeat(300);

type Talk = ServerDuplexStream<Buffer, Buffer>;

async function serve(address: string, talk: (call: Talk) => void): Promise<string> {
  const server = new Server({ "grpc.max_receive_message_length": 1 << 20 });
  const bytes = (value: Buffer) => value;
  server.addService(
    {
      talk: {
        ...{ path, requestStream: true, responseStream: true },
        ...{ requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
      },
    },
    { talk },
  );
  onTestFinished(() => server.forceShutdown());
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  const port = await promise;
  return address.startsWith("unix:") ? address : `127.0.0.1:${port}`;
}

function socketAddress(): string {
  const folder = mkdtempSync(join(tmpdir(), "spangate-stream-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return `unix:${join(folder, "s")}`;
}

// A few lengths around the borders of frames and windows, most of them small as an agent's messages are.
function someMessages(count: number): readonly Buffer[] {
  const anyLength = fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 0, max: 500 }) },
    { weight: 2, arbitrary: fc.constantFrom(16_378, 16_379, 16_380, 65_530, 65_535, 65_536, 200_000) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
  );
  const lengths = fc.sample(anyLength, { numRuns: count, seed: 7 });
  return lengths.map((length, at) => Buffer.alloc(length, at % 251));
}

describe.each([
  ["a Unix socket", socketAddress],
  ["TCP", () => "127.0.0.1:0"],
])("a stream over %s", (_, newAddress) => {
  it("brings 5,000 messages of any size there and back, whole and in sequence", async () => {
    const tokens: Metadata[] = [];
    const address = await serve(newAddress(), (call) => {
      tokens.push(call.metadata);
      call.on("data", (bytes: Buffer) => call.write(bytes));
    });
    const messages = someMessages(5_000);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let heard = 0;
    const stream = new GrpcStream({ address, token, tls: undefined }, path, {
      onMessage: (bytes) => {
        if (!messages[heard]?.equals(bytes)) reject(new Error(`Message ${heard} is not what was sent.`));
        heard += 1;
        if (heard === messages.length) resolve();
      },
      onEnd: reject,
    });
    for (const bytes of messages) stream.write(message(bytes));
    await promise;
    expect(tokens.map((metadata) => metadata.get("authorization"))).toEqual([[`Bearer ${token}`]]);
    stream.close(() => {});
  });

  it("sends all that was written before it is closed, more than the peer's window too", async () => {
    const heard: number[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const address = await serve(newAddress(), (call) => {
      call.on("data", ({ length }: Buffer) => heard.push(length));
      call.on("error", reject);
      call.on("end", resolve);
    });
    const stream = new GrpcStream({ address, token, tls: undefined }, path, { onMessage: () => {}, onEnd: () => {} });
    const lengths = Array.from({ length: 20 }, () => 50_000);
    for (const length of lengths) stream.write(message(Buffer.alloc(length)));
    stream.close(() => {});
    await promise;
    expect(heard).toEqual(lengths);
  });

  it("tells once that the server has ended it", async () => {
    const address = await serve(newAddress(), (call) =>
      call.emit("error", { code: status.UNAUTHENTICATED, details: "no" }),
    );
    const ends: Error[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    new GrpcStream({ address, token, tls: undefined }, path, {
      onMessage: () => {},
      onEnd: (error) => {
        ends.push(error);
        resolve();
      },
    });
    await promise;
    expect(ends).toEqual([expect.objectContaining({ message: expect.stringContaining("ended the stream") })]);
  });
});

it("tells that nobody listens", async () => {
  const { promise, resolve } = Promise.withResolvers<Error & { code?: string }>();
  new GrpcStream({ address: socketAddress(), token, tls: undefined }, path, { onMessage: () => {}, onEnd: resolve });
  expect((await promise).code).toBe("ENOENT");
});
