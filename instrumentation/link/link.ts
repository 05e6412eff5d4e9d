// The thread's end of the link. Blocking calls wait on shared memory; everything else is sent past the worker where
// that is possible, and posted to it where it is not.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { AttachRequest, type Hello } from "../../src/gen/spangate/v1/agent.js";
import type { AgentConfig } from "../config.js";
import { setImmediate } from "../real-time.js";
import type { AgentLink, LinkEvent, LinkEvents } from "./agent-link.js";
import { message } from "./http2-frames.js";
import { type News, secondStreamBroke, type WorkerData } from "./messages.js";
import { SecondStream } from "./second-stream.js";
import { linkState, newSharedBuffer, openShared, word } from "./shared.js";

const goodbyeLimitMs = 500;

export class Link implements AgentLink {
  readonly refusesThreads = undefined;
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  readonly #messageBytes: Uint8Array;
  readonly #config: AgentConfig;
  readonly #events: LinkEvents;
  readonly #deadline: number;
  #second: SecondStream | undefined;
  #news = 0;
  #arrivals = 0;
  #sequence = 0;
  #failure = "";

  /** Starts the worker; it connects while the thread goes on loading. */
  constructor(config: AgentConfig, workerFile: string, hello: Hello, events: LinkEvents) {
    this.#config = config;
    this.#events = events;
    this.#deadline = Date.now() + config.connectTimeoutMs;
    const shared = newSharedBuffer();
    const { words, messageBytes } = openShared(shared);
    this.#words = words;
    this.#messageBytes = messageBytes;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const data: WorkerData = {
      shared,
      port: port2,
      way: config.way,
      spawned: config.spawned,
      deadline: this.#deadline,
      hello: encode({ $case: "hello", value: hello }, 0),
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

  get newsWord(): Int32Array {
    return this.#words.subarray(word.news, word.news + 1);
  }

  /** Costs one atomic load when there is nothing. */
  readNews(): void {
    if (Atomics.load(this.#words, word.news) === this.#news) return;
    this.#news = Atomics.load(this.#words, word.news);
    for (let posted = receiveMessageOnPort(this.#port); posted; posted = receiveMessageOnPort(this.#port)) {
      this.#receive(posted.message as News);
    }
  }

  get isAttached(): boolean {
    return Atomics.load(this.#words, word.state) === linkState.attached;
  }

  post(event: LinkEvent): void {
    this.#send(this.#frame(event));
  }

  /** The arrival's events together cost one wake-up. */
  hold(arrival: (id: number) => readonly LinkEvent[]): void {
    const id = this.#nextId();
    const framed = arrival(id).map((event) => this.#frame(event));
    Atomics.store(this.#words, word.held, id);
    this.#sendAll(framed);
    this.#waitWhile(() => this.isAttached && Atomics.load(this.#words, word.released) !== id, Number.POSITIVE_INFINITY);
  }

  arrive(arrival: (id: number) => readonly LinkEvent[]): number {
    const id = this.#nextId();
    this.#send(Buffer.concat(arrival(id).map((event) => this.#frame(event))));
    return id;
  }

  keepAlive(isWaiting: boolean): void {
    if (isWaiting) this.#port.ref();
    else this.#port.unref();
  }

  /** Tells the coordinator that this thread ends, after everything that was posted. Blocks until it is told. */
  sayGoodbye(exitCode: number): void {
    if (!this.isAttached) return;
    const framed = [...this.#unsent(), this.#frame({ $case: "goodbye", value: { exitCode } })];
    this.#request(framed, -1);
    this.#waitWhile(() => this.isAttached, goodbyeLimitMs);
  }

  // Arrivals of one stream have rising ids.
  #nextId(): number {
    this.#arrivals += 1;
    return this.#arrivals;
  }

  #send(framed: Uint8Array): void {
    if (this.#second?.send(framed)) return;
    for (const it of this.#unsent()) this.#port.postMessage(it);
    this.#port.postMessage(framed);
  }

  // All of it leaves the process, though the event loop does not turn.
  #sendAll(framed: readonly Uint8Array[]): void {
    const refused = framed.filter((it) => !this.#second?.send(it));
    const rest = [...this.#unsent(), ...refused];
    if (rest.length > 0) this.#request(rest, 1);
  }

  #unsent(): readonly Uint8Array[] {
    return this.#second?.takeUnsent() ?? [];
  }

  /** @param sign -1 when nothing comes after it */
  #request(framed: readonly Uint8Array[], sign: 1 | -1): void {
    const rest = [...framed];
    // Whatever has no room goes by the port.
    while (lengthOf(rest) > this.#messageBytes.length) this.#port.postMessage(rest.shift());
    if (rest.length === 0) return;
    this.#messageBytes.set(Buffer.concat(rest));
    Atomics.store(this.#words, word.request, sign * lengthOf(rest));
    Atomics.notify(this.#words, word.request);
  }

  #waitWhile(isWaiting: () => boolean, limitMs: number): void {
    for (;;) {
      const wake = Atomics.load(this.#words, word.wake);
      if (!isWaiting() || Atomics.wait(this.#words, word.wake, wake, limitMs) === "timed-out") return;
    }
  }

  #receive(news: News): void {
    switch (news.type) {
      case "welcome":
        return this.#openSecond(news.instance, news.key);
      case "rules":
        return this.#events.onRules(news.actors, news.discovery);
      case "sync":
        return this.#sync(news.number);
      case "released":
        return this.#events.onReleased(news.ids);
      case "gone":
        this.#second?.close();
        return this.#events.onGone();
      case "failed":
        this.#failure = news.reason;
        return;
    }
  }

  #openSecond(instance: string, key: string): void {
    this.#second = new SecondStream({
      ...{ way: this.#config.way, instance, key },
      onReleased: (ids) => this.#events.onReleased(ids),
      onSync: (number) => this.#sync(number),
      onBroken: () => this.#port.postMessage(secondStreamBroke),
    });
  }

  // Flows whose releases were read just now go on first.
  #sync(number: number): void {
    setImmediate(() => {
      const shortages = [...this.#events.onSync()];
      this.post({ $case: "synced", value: { number, shortages } });
    });
  }

  #frame(event: LinkEvent): Uint8Array {
    this.#sequence += 1;
    return message(encode(event, this.#sequence));
  }
}

function lengthOf(framed: readonly Uint8Array[]): number {
  return framed.reduce((sum, { length }) => sum + length, 0);
}

function encode(event: LinkEvent, sequence: number): Uint8Array {
  return AttachRequest.encode({ event, sequence }).finish();
}
