// node-redis queues the commands of a transaction or pipeline: their spans start when they are queued and end when the
// whole of it has been answered. Their gates therefore stand at exec: nothing is sent before, and its caller has no
// reply after.
import type { Patching } from "../adapter.js";
import type { Flow } from "../flow.js";
import type { Frame } from "../frames.js";
import type { Latch } from "../latch.js";
import { makeCall, type RawCall } from "../shape.js";
import { promises } from "../shapes.js";
import { inPlaceOf } from "../stand-in.js";

type AnyFunction = (...args: unknown[]) => unknown;

const notFirst = "it is sent with the whole of its transaction or pipeline: list before() the first command of that";

export class QueuedCommands {
  readonly #scope: string;
  /** The calls that queued the commands of a transaction. */
  readonly #queued = new WeakMap<object, Frame[]>();
  readonly #clients = new WeakMap<object, object>();
  /** What an exec that is being called waits for. */
  readonly #turns = new WeakMap<object, Latch>();

  constructor(scope: string) {
    this.#scope = scope;
  }

  /** The function that makes a transaction: remembers whose it is. */
  patchMulti({ raw, patch, flow }: Patching, clientOf: (self: unknown) => object): unknown {
    const patched = patch(raw) as AnyFunction;
    return inPlaceOf(patched, flow, (self, args) => {
      const multi = Reflect.apply(patched, self, args) as object;
      this.#clients.set(multi, clientOf(self));
      return multi;
    });
  }

  patchAddCommand({ raw, patch, flow }: Patching): unknown {
    const patched = patch(raw) as AnyFunction;
    return inPlaceOf(patched, flow, (self, args) => {
      const frame = flow.frames.push(this.#scope);
      try {
        return Reflect.apply(patched, self, args);
      } finally {
        flow.frames.pop(frame);
        if (frame.trace) this.#queued.set(self as object, [...(this.#queued.get(self as object) ?? []), frame]);
      }
    });
  }

  patchExec({ raw, patch, flow }: Patching): unknown {
    const under = inPlaceOf(raw as AnyFunction, flow, (self, args) => {
      const call: RawCall = { raw: raw as AnyFunction, self, args, frame: undefined };
      const turn = this.#turns.get(self as object);
      this.#turns.delete(self as object);
      return turn ? promises.putOff(call, turn) : makeCall(call);
    });
    const patched = patch(under) as AnyFunction;
    return inPlaceOf(patched, flow, (self, args) => {
      const frames = this.#queued.get(self as object);
      // An exec that is called by another one finds nothing here: the gates stand at the outer one.
      this.#queued.delete(self as object);
      if (!frames) return Reflect.apply(patched, self, args);
      const turn = this.#meetStarts(self as object, frames, flow);
      if (turn) this.#turns.set(self as object, turn);
      for (const frame of frames) frame.isGatedBehind = true;
      return gateExec(Reflect.apply(patched, self, args), frames);
    });
  }

  #meetStarts(multi: object, frames: readonly Frame[], flow: Flow): Latch | undefined {
    const [first] = frames;
    const hold = first?.trace && flow.meetStart(first.trace, undefined);
    for (const { trace } of frames.slice(1)) if (trace) flow.meetStart(trace, notFirst);
    const actor = first?.trace?.gates;
    const client = this.#clients.get(multi);
    return actor && client ? flow.lines.enter([actor], client, hold) : hold;
  }
}

// The spans end, all of them, just before the result comes here.
function gateExec(result: unknown, frames: readonly Frame[]): unknown {
  const asks = frames.some(({ trace }) => trace?.gates.mayAskForFlow("after"));
  if (!asks || !(result instanceof Promise)) return result;
  const opened = async () => {
    for (const { end } of frames) if (end && !end.isOpen) await end.opened;
  };
  const isHeld = () => frames.some(({ end }) => end && !end.isOpen);
  return result.then(
    (replies: unknown) => (isHeld() ? opened().then(() => replies) : replies),
    (error: unknown) => {
      const fail = () => {
        throw error;
      };
      return isHeld() ? opened().then(fail) : fail();
    },
  );
}
