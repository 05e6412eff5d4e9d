// One gRPC stream of a client over a plain socket, as fast as can be: a hold waits for it.
import { connect, type Socket } from "node:net";
import { socketOptions } from "./address.js";
import { closing, FrameParser, opening } from "./http2-frames.js";

export interface StreamEvents {
  /** One message; its bytes are valid only during the call. */
  onMessage(bytes: Uint8Array): void;
  /** The stream is over, whoever ended it. Called once. */
  onEnd(error: Error): void;
}

export class GrpcStream {
  readonly #socket: Socket;
  readonly #parser: FrameParser;
  readonly #events: StreamEvents;
  /** What waits for the peer's window, oldest first. */
  readonly #queue: Buffer[] = [];
  #onFlushed: (() => void) | undefined;
  #closing = false;
  #over = false;

  /**
   * @param address `unix:PATH` or `HOST:PORT`
   * @param path the method, such as `/package.Service/Method`
   */
  constructor(address: string, path: string, token: string, events: StreamEvents) {
    this.#events = events;
    this.#socket = connect(socketOptions(address));
    this.#socket.setNoDelay(true);
    this.#parser = new FrameParser({
      onReply: (bytes) => this.#socket.write(bytes),
      onMessage: (bytes) => events.onMessage(bytes),
      onEnd: (reason) => this.#end(new Error(reason)),
      onWindow: () => this.#flush(),
    });
    this.#socket.on("data", (chunk) => this.#parser.push(chunk));
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("close", () => this.#end(new Error("the connection was closed")));
    this.#socket.write(
      opening(path, "localhost", {
        "content-type": "application/grpc",
        te: "trailers",
        authorization: `Bearer ${token}`,
      }),
    );
  }

  /** @param framed one message or several, each as `message()` frames it */
  write(framed: Uint8Array): void {
    if (this.#over || this.#closing) return;
    this.#queue.push(asBuffer(framed));
    this.#flush();
  }

  /** Ends the stream in order. Calls back when the last bytes have left this process. */
  close(onFlushed: () => void): void {
    if (this.#over || this.#closing) return;
    this.#closing = true;
    this.#onFlushed = onFlushed;
    this.#flush();
  }

  #flush(): void {
    for (let next = this.#queue[0]; next && !this.#over; next = this.#queue[0]) {
      const [frame, rest] = this.#parser.take(next);
      if (!frame) return;
      if (rest.length > 0) this.#queue[0] = rest;
      else this.#queue.shift();
      this.#socket.write(frame);
    }
    // What waits for the peer's window goes first, or the last message would be cut off.
    const onFlushed = this.#onFlushed;
    this.#onFlushed = undefined;
    if (onFlushed) this.#socket.end(closing(), onFlushed);
  }

  #end(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    this.#events.onEnd(error);
  }
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
