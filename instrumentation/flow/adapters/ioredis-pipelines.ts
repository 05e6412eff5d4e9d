// ioredis sends a pipeline, or a transaction, in one synchronous stretch: it hands over each command, and the last one
// carries all of them to the socket. Here they are kept until the last has been handed over. Then they are sent as they
// came: at once, or all together when what holds one of them lets go. So nothing gets between them, and none is
// missing.
import type { Flow } from "../flow.js";
import type { Frame } from "../frames.js";
import type { Latch } from "../latch.js";
import { inPlaceOf } from "../stand-in.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** One pipeline that is being handed over. */
interface Batch {
  /** True for a pipeline of the driver's own, in which it puts the commands of many flows (`enableAutoPipelining`). */
  readonly isShared: boolean;
  readonly frames: Frame[];
  readonly holds: Latch[];
  readonly sends: (() => unknown)[];
  connection: object | undefined;
}

const shared =
  "the driver sends it in one pipeline with commands of other flows (enableAutoPipelining): switch that off in the test";

export class Pipelines {
  readonly #flow: Flow;
  #open: Batch | undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** Keeps the commands of every pipeline of this class together. */
  watch(prototype: { exec?: unknown }): void {
    const { exec } = prototype;
    if (typeof exec !== "function") return;
    prototype.exec = inPlaceOf(exec as AnyFunction, this.#flow, (self, args) => {
      const outer = this.#open;
      const batch: Batch = {
        ...{ isShared: isShared(self as object), frames: [], holds: [], sends: [], connection: undefined },
      };
      this.#open = batch;
      try {
        return this.#flow.inOneStretch(() => Reflect.apply(exec, self, args));
      } finally {
        this.#open = outer;
        this.#send(batch);
      }
    });
  }

  /** The command of a frame is one of the pipeline that is being handed over. */
  join(frame: Frame): void {
    this.#open?.frames.push(frame);
  }

  /** Why the command cannot be held before it is sent. */
  refusesBefore(name: string, frame: Frame | undefined): string | undefined {
    const batch = this.#open;
    if (!batch) return "spangate does not see where its pipeline begins and ends";
    if (batch.isShared) return shared;
    if (name === "exec" || batch.frames[0] === frame) return undefined;
    return `it is sent with the whole of its pipeline or transaction: list before() the first command of that${batch.frames.some(({ trace }) => trace?.span.name === "multi") ? ', which is "multi", or before("exec")' : ""}`;
  }

  /** Why the command cannot be held once its reply has come. */
  refusesAfter(isInTransaction: boolean): string | undefined {
    if (this.#open?.isShared) return shared;
    return isInTransaction ? inTransaction : undefined;
  }

  /** The pipeline waits for this as well. */
  hold(latch: Latch): void {
    this.#open?.holds.push(latch);
  }

  /** Keeps a command that is to be sent. False when no pipeline is being handed over: it must be sent now. */
  keep(connection: object, send: () => unknown): boolean {
    if (!this.#open) return false;
    this.#open.connection = connection;
    this.#open.sends.push(send);
    return true;
  }

  #send({ frames, holds, sends, connection }: Batch): void {
    const sendAll = () => {
      for (const send of sends) send();
    };
    const actor = frames.flatMap(({ trace }) => trace?.gates ?? []).slice(0, 1);
    if (!connection) return sendAll();
    let turn = this.#flow.lines.enter(actor, connection, holds[0]);
    for (const hold of holds.slice(1)) turn = this.#flow.lines.enter(actor, connection, hold) ?? turn;
    if (turn) turn.whenOpen(sendAll);
    else sendAll();
  }
}

/** Why nothing inside a transaction is held at its end. */
export const inTransaction =
  'its span ends when the server has queued it, and not when the transaction has done it: list after("exec")';

// The driver marks its own pipelines by symbols.
function isShared(pipeline: object): boolean {
  return Object.getOwnPropertySymbols(pipeline).some(({ description }) => description === "callbacks");
}
