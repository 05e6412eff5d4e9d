// The yardsticks of a hold: the same bytes there and back, by grpc-js and by a bare socket.
import { connect, createServer } from "node:net";
import { Client, credentials, type handleBidiStreamingCall, Metadata, Server, ServerCredentials } from "@grpc/grpc-js";

/** The sizes of an arrival and of its release on the wire, in bytes. */
export interface MessageSizes {
  readonly request: number;
  readonly response: number;
}

export interface Echo {
  /** Sends a request `count` times, each after the answer to the one before. Returns the times in microseconds. */
  measure(count: number): Promise<readonly number[]>;
}

/** The other side, in this process. */
export interface EchoServer {
  readonly address: string;
  close(): void;
}

const path = "/bench.Echo/Echo";
const same = (bytes: Buffer) => bytes;

/** @param listen `unix:PATH` or `HOST:0` */
export async function serveGrpcEcho(listen: string, { response }: MessageSizes): Promise<EchoServer> {
  const server = new Server();
  const echo: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on("data", () => call.write(Buffer.alloc(response, 1)));
    call.on("end", () => call.end());
    call.on("error", () => {});
  };
  const serialize = {
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  server.addService({ echo: { path, requestStream: true, responseStream: true, ...serialize } }, { echo });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(listen, ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  const port = await promise;
  return { address: listen.replace(/:0$/, `:${port}`), close: () => server.forceShutdown() };
}

export function grpcEcho(address: string, { request }: MessageSizes): Echo {
  const client = new Client(address, credentials.createInsecure());
  const call = client.makeBidiStreamRequest(path, same, same, new Metadata());
  call.on("error", () => {});
  let onAnswer = () => {};
  call.on("data", () => onAnswer());
  return echoOver(
    () => call.write(Buffer.alloc(request, 1)),
    (listener) => {
      onAnswer = listener;
    },
  );
}

/** Answers each request's bytes with a response's bytes. */
export async function serveRawEcho(listen: string, { request, response }: MessageSizes): Promise<EchoServer> {
  const server = createServer({ noDelay: true }, (socket) => {
    countMessages(socket, request, () => socket.write(Buffer.alloc(response, 1)));
    socket.on("error", () => {});
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  if (listen.startsWith("unix:")) server.listen(listen.slice("unix:".length), resolve);
  else server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  const port = address && typeof address === "object" ? address.port : 0;
  return { address: listen.replace(/:0$/, `:${port}`), close: () => server.close() };
}

export function rawEcho(address: string, { request, response }: MessageSizes): Echo {
  const at = address.lastIndexOf(":");
  const socket = address.startsWith("unix:")
    ? connect(address.slice("unix:".length))
    : connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), noDelay: true });
  let onAnswer = () => {};
  countMessages(socket, response, () => onAnswer());
  return echoOver(
    () => socket.write(Buffer.alloc(request, 1)),
    (listener) => {
      onAnswer = listener;
    },
  );
}

function countMessages(socket: NodeJS.ReadableStream, size: number, onMessage: () => void): void {
  let pending = 0;
  socket.on("data", (chunk: Buffer) => {
    for (pending += chunk.length; pending >= size; pending -= size) onMessage();
  });
}

function echoOver(send: () => void, listen: (onAnswer: () => void) => void): Echo {
  return {
    measure: async (count) => {
      const times: number[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      let sentAt = 0;
      const next = () => {
        sentAt = performance.now();
        send();
      };
      listen(() => {
        times.push((performance.now() - sentAt) * 1_000);
        if (times.length === count) resolve();
        else next();
      });
      next();
      await promise;
      return times;
    },
  };
}
