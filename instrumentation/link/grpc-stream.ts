// One gRPC stream of a client over a plain socket, or TLS on one, as fast as can be: a hold waits for it.
import type { Socket } from "node:net";
import { lostLink, pingMs, Silence } from "../../src/core/silence.js";
import { pingHeader } from "../../src/wire/pings.js";
import { clearInterval, setInterval } from "../real-time.js";
import { closing, FrameParser, opening, ping, wideWindow } from "./http2-frames.js";
import { openSocket, secure, type Way } from "./way.js";

export interface StreamEvents {
  /** One message; its bytes are valid only during the call. */
  onMessage(bytes: Uint8Array): void;
  /** The stream is over, whoever ended it. Called once. */
  onEnd(error: Error): void;
}

export interface StreamOptions {
  /** How many bytes of messages may come unread. */
  readonly window?: number;
  /** Asks again and again whether the coordinator is there, and lets it know the same of this end. */
  readonly pings?: boolean;
}

export class GrpcStream {
  #socket: Socket;
  readonly #parser: FrameParser;
  readonly #events: StreamEvents;
  /** False until the coordinator has shown who it is: it gets no token before. */
  #isOpen = false;
  #isUnref = false;
  /** What waits for the peer's window, oldest first. */
  readonly #queue: Buffer[] = [];
  readonly #pings: boolean;
  #heard = 0;
  #pinging: ReturnType<typeof setInterval> | undefined;
  #onFlushed: (() => void) | undefined;
  #closing = false;
  #over = false;

  /** @param path the method, such as `/package.Service/Method` */
  constructor(
    way: Way,
    path: string,
    events: StreamEvents,
    { window = wideWindow, pings = false }: StreamOptions = {},
  ) {
    this.#events = events;
    this.#pings = pings;
    const handlers = {
      onReply: (bytes: Buffer) => this.#socket.write(bytes),
      onMessage: (bytes: Uint8Array) => events.onMessage(bytes),
      onEnd: (reason: string) => this.#end(new Error(reason)),
      onWindow: () => this.#flush(),
    };
    this.#parser = new FrameParser(handlers, window);
    const headers = {
      ...{ "content-type": "application/grpc", te: "trailers", authorization: `Bearer ${way.token}` },
      ...(pings && { [pingHeader]: "1" }),
    };
    const first = opening(path, "localhost", headers, window);
    this.#socket = openSocket(way);
    if (way.tls) {
      const open = (socket: Socket) => this.#open(socket, first);
      this.#socket.on("error", (error) => this.#end(error));
      secure(this.#socket, way.address, way.tls, open, (error) => this.#end(error));
    } else {
      const closed = new Error("the connection was closed, as it is by one that speaks TLS (SPANGATE_TLS_CA)");
      // Which of the two it is goes by what is on its way when the other side closes.
      this.#socket.on("error", (error: NodeJS.ErrnoException) =>
        this.#end(error.code === "ECONNRESET" || error.code === "EPIPE" ? closed : error),
      );
      this.#socket.on("close", () => this.#end(closed));
      this.#open(this.#socket, first);
    }
  }

  /** @param framed one message or several, each as `message()` frames it */
  write(framed: Uint8Array): void {
    if (this.#over || this.#closing) return;
    this.#queue.push(asBuffer(framed));
    this.#flush();
  }

  /** Writes all of it at once, or nothing: where the peer's window has no room for it, or something waits already. */
  tryWrite(framed: Uint8Array): boolean {
    if (!this.#isOpen || this.#over || this.#closing) return false;
    if (this.#queue.length > 0 || this.#parser.room < framed.length) return false;
    this.write(framed);
    return true;
  }

  /** True when everything that was written has left this process, which it does at once as a rule. */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** The stream does not keep the process running. */
  unref(): void {
    this.#isUnref = true;
    this.#socket.unref();
  }

  /** Ends the stream in order. Calls back when the last bytes have left this process. */
  close(onFlushed: () => void): void {
    if (this.#over || this.#closing) return;
    this.#closing = true;
    this.#onFlushed = onFlushed;
    this.#flush();
  }

  /** Ends the stream at once; `onEnd` gets the reason. */
  destroy(reason: string): void {
    this.#end(new Error(reason));
  }

  #open(socket: Socket, first: Buffer): void {
    this.#socket = socket;
    this.#isOpen = true;
    if (this.#isUnref) socket.unref();
    socket.on("data", (chunk) => {
      this.#heard += chunk.length;
      this.#parser.push(chunk);
    });
    socket.write(first);
    if (this.#pings) this.#ping();
    this.#flush();
  }

  #ping(): void {
    const silence = new Silence();
    this.#pinging = setInterval(() => {
      if (silence.ping(this.#heard)) this.#end(new Error(lostLink));
      else this.#socket.write(ping());
    }, pingMs);
  }

  #flush(): void {
    if (!this.#isOpen) return;
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
    if (!onFlushed) return;
    clearInterval(this.#pinging);
    this.#socket.end(closing(), onFlushed);
  }

  #end(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#pinging);
    this.#socket.destroy();
    this.#events.onEnd(error);
  }
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
