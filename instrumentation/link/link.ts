// The thread's end of the link. Blocking calls wait on shared memory; everything else is posted.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { AttachRequest, type Hello } from "../../src/gen/spangate/v1/agent.js";
import type { AgentConfig } from "../config.js";
import type { AgentLink, LinkEvent, LinkEvents } from "./agent-link.js";
import { message } from "./http2-frames.js";
import type { News, WorkerData } from "./messages.js";
import { linkState, newSharedBuffer, openShared, type SharedMemory, unpackIds, word } from "./shared.js";

const goodbyeLimitMs = 500;

export class Link implements AgentLink {
  readonly refusesThreads = undefined;
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  readonly #shared: SharedMemory;
  readonly #events: LinkEvents;
  readonly #deadline: number;
  #news = 0;
  #arrivals = 0;
  #failure = "";

  /** Starts the worker; it connects while the thread goes on loading. */
  constructor(config: AgentConfig, workerFile: string, hello: Hello, events: LinkEvents) {
    this.#events = events;
    this.#deadline = Date.now() + config.connectTimeoutMs;
    const shared = newSharedBuffer();
    this.#shared = openShared(shared);
    this.#words = this.#shared.words;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const { address, token, spawned } = config;
    const data: WorkerData = {
      shared,
      port: port2,
      address,
      token,
      spawned,
      deadline: this.#deadline,
      hello: encode({ $case: "hello", value: hello }),
    };
    // The worker must not load the preload again, nor be traced.
    const { NODE_OPTIONS: _, SPANGATE_ADDRESS: __, ...env } = process.env;
    const worker = new Worker(workerFile, {
      name: "spangate",
      workerData: data,
      transferList: [port2],
      execArgv: [],
      env,
    });
    worker.unref();
    port1.on("message", (news: News) => this.#receive(news));
    port1.unref();
    void this.#watchFreed();
  }

  /** Blocks until the coordinator has answered. Returns why it did not, if it did not. */
  awaitWelcome(): string | undefined {
    for (;;) {
      const wake = Atomics.load(this.#words, word.wake);
      switch (Atomics.load(this.#words, word.state)) {
        case linkState.attached:
        case linkState.gone:
          this.readNews();
          return undefined;
        case linkState.failed:
          this.readNews();
          return this.#failure;
      }
      const leftMs = this.#deadline - Date.now();
      if (leftMs <= 0) return "it did not answer in time";
      Atomics.wait(this.#words, word.wake, wake, leftMs);
    }
  }

  /** A word that changes with everything that {@link readNews} would take in. */
  get newsWord(): Int32Array {
    return this.#words.subarray(word.news, word.news + 1);
  }

  /** Takes in what the worker has told since the last call. Costs one atomic load when there is nothing. */
  readNews(): void {
    if (Atomics.load(this.#words, word.news) === this.#news) return;
    this.#news = Atomics.load(this.#words, word.news);
    for (let posted = receiveMessageOnPort(this.#port); posted; posted = receiveMessageOnPort(this.#port)) {
      this.#receive(posted.message as News);
    }
  }

  /** True while there is a coordinator to hold for. */
  get isAttached(): boolean {
    return Atomics.load(this.#words, word.state) === linkState.attached;
  }

  /** Sends an event without waiting. */
  post(event: LinkEvent): void {
    this.#tell([event]);
  }

  /**
   * Blocks the thread until an arrival is released or the coordinator is gone.
   * @param arrival the events of the arrival that gets this id: together they cost one wake-up
   */
  hold(arrival: (id: number) => readonly LinkEvent[]): void {
    const id = this.#nextId();
    Atomics.store(this.#words, word.held, id);
    this.#tell(arrival(id));
    this.#waitWhile(() => this.isAttached && Atomics.load(this.#words, word.released) !== id, Number.POSITIVE_INFINITY);
  }

  /**
   * Tells of an arrival that waits in its flow; `onReleased` gets its id.
   * @param arrival the events of the arrival that gets this id
   */
  arrive(arrival: (id: number) => readonly LinkEvent[]): number {
    const id = this.#nextId();
    this.#tell(arrival(id));
    return id;
  }

  /** While true, the link keeps the process running: it waits for an answer. */
  keepAlive(isWaiting: boolean): void {
    if (isWaiting) this.#port.ref();
    else this.#port.unref();
  }

  /** Tells the coordinator that this thread ends, after everything that was posted. Blocks until it is told. */
  sayGoodbye(): void {
    if (!this.isAttached) return;
    Atomics.store(this.#words, word.goodbye, 1);
    this.#call();
    this.#waitWhile(() => this.isAttached, goodbyeLimitMs);
  }

  // Arrivals of one stream have rising ids.
  #nextId(): number {
    this.#arrivals += 1;
    return this.#arrivals;
  }

  // Together they cost one wake-up.
  #tell(events: readonly LinkEvent[]): void {
    for (const event of events) this.#put(frame(event));
    this.#call();
  }

  #put(framed: Uint8Array): void {
    const { told } = this.#shared;
    const isTooLong = framed.length > told.size;
    const goes = () => (isTooLong ? told.length === 0 : told.put(framed));
    if (!goes()) this.#waitForRoom(goes);
    // What was told before it has been taken; the worker looks at the port before it takes what comes after it.
    if (isTooLong) this.#port.postMessage(framed);
  }

  // The worker takes what is there whatever happens, and is never blocked.
  #waitForRoom(goes: () => boolean): void {
    this.#call();
    this.#waitWhile(() => {
      Atomics.store(this.#words, word.wantsRoom, 1);
      return !goes();
    }, Number.POSITIVE_INFINITY);
  }

  #call(): void {
    Atomics.add(this.#words, word.call, 1);
    Atomics.notify(this.#words, word.call);
  }

  async #watchFreed(): Promise<void> {
    for (;;) {
      const freed = Atomics.load(this.#words, word.freed);
      const packed = this.#shared.freed.take();
      if (packed) {
        // The worker may wait for room.
        Atomics.notify(this.#words, word.freedTaken);
        this.#events.onReleased(unpackIds(packed));
      }
      const waiting = Atomics.waitAsync(this.#words, word.freed, freed);
      if (waiting.async) await waiting.value;
    }
  }

  #waitWhile(isWaiting: () => boolean, limitMs: number): void {
    for (;;) {
      const wake = Atomics.load(this.#words, word.wake);
      if (!isWaiting() || Atomics.wait(this.#words, word.wake, wake, limitMs) === "timed-out") return;
    }
  }

  #receive(news: News): void {
    switch (news.type) {
      case "rules":
        return this.#events.onRules(news.actors);
      case "sync":
        this.#events.onSync();
        return this.post({ $case: "synced", value: { number: news.number } });
      case "gone":
        return this.#events.onGone();
      case "failed":
        this.#failure = news.reason;
        return;
    }
  }
}

function frame(event: LinkEvent): Uint8Array {
  return message(encode(event));
}

function encode(event: LinkEvent): Uint8Array {
  return AttachRequest.encode({ event }).finish();
}
