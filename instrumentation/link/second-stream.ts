// A stream of the thread's own, past the worker: two wake-ups fewer for every hold of a flow.
//
// - A message goes whole, or it goes by the worker.
// - A stopped thread reads nothing. What the coordinator cannot send then must not fill the socket, because a server
//   that waits to write does not read either: the stream's window keeps it with the server.
// - What may not have left the process when the thread stops, or when a message goes by the worker, is sent by the
//   worker too: the coordinator takes each message once, in sequence, and keeps only so many that came early.
import { AttachRequest, AttachResponse } from "../../src/gen/spangate/v1/agent.js";
import { attachPath } from "./attach-path.js";
import { GrpcStream } from "./grpc-stream.js";
import { message } from "./http2-frames.js";
import type { Way } from "./way.js";

/** In bytes; some hundred releases, each of which takes far more of a socket's buffer. */
const window = 1_024;

export interface SecondStreamOptions {
  readonly way: Way;
  /** As Welcome named the agent. */
  readonly instance: string;
  readonly key: string;
  readonly onReleased: (ids: readonly number[]) => void;
  readonly onSync: (number: number) => void;
  /** It was in use, and is no more: messages may be lost. */
  readonly onBroken: () => void;
}

export class SecondStream {
  readonly #stream: GrpcStream;
  readonly #options: SecondStreamOptions;
  /** The messages since everything had left the process. */
  #unsent: Uint8Array[] = [];
  #isJoined = false;

  constructor(options: SecondStreamOptions) {
    this.#options = options;
    const events = { onMessage: (bytes: Uint8Array) => this.#receive(bytes), onEnd: () => this.#end() };
    this.#stream = new GrpcStream(options.way, attachPath, events, { window });
    this.#stream.unref();
    const event = { $case: "join", value: { instance: options.instance, key: options.key } } as const;
    this.#stream.write(message(AttachRequest.encode({ event, sequence: 0 }).finish()));
  }

  /** False when it cannot go by this stream now. */
  send(framed: Uint8Array): boolean {
    if (!this.#isJoined) return false;
    if (this.#stream.isFlushed) this.#unsent = [];
    if (!this.#stream.tryWrite(framed)) return false;
    if (!this.#stream.isFlushed) this.#unsent.push(framed);
    return true;
  }

  /** What this thread keeps back until its event loop turns, to be sent by the worker. Told once. */
  takeUnsent(): readonly Uint8Array[] {
    const unsent = this.#stream.isFlushed ? [] : this.#unsent;
    this.#unsent = [];
    return unsent;
  }

  /** The coordinator is gone, or says that all is over. */
  close(): void {
    this.#isJoined = false;
    this.#stream.destroy("closed");
  }

  #receive(bytes: Uint8Array): void {
    const { command } = AttachResponse.decode(bytes);
    switch (command?.$case) {
      case "joined":
        this.#isJoined = true;
        return;
      case "release":
        return this.#options.onReleased(command.value.ids);
      case "sync":
        return this.#options.onSync(command.value.number);
    }
  }

  #end(): void {
    if (this.#isJoined) this.#options.onBroken();
    this.#isJoined = false;
  }
}
