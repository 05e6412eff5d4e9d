// amqplib. What is sent is encoded and written at once, and its caller is told at once: only a call whose caller waits
// for the server's answer, or that ends what a consumer does with a message, can be put off.
import { setImmediate } from "../../real-time.js";
import { type Adapter, leave } from "../adapter.js";
import { layerHandler } from "../handler.js";
import { makeCall, type RawCall, type Shape } from "../shape.js";
import { callbacks } from "../shapes.js";

const scope = "@opentelemetry/instrumentation-amqplib";

/** What is used of a channel. */
interface Channel {
  listenerCount(event: string): number;
  emit(event: string, ...args: unknown[]): boolean;
  closeWithError?(id: undefined, reason: string, code: number, error: unknown): void;
}

const confirmation = 4;
const internalError = 541;

const publish: Shape = {
  refuses: ({ raw, frame }) =>
    frame?.isGatedBehind && raw.length > confirmation
      ? undefined
      : "publish returns at once and its caller goes on, unless it waits for a confirm channel's callback. List the consumer's span",
  // An actor's messages keep their sequence on their channel.
  lineOf: ({ self }) => self as object,
  putOff(call, latch) {
    if (typeof call.args[confirmation] === "function") callbacks.putOff(call, latch);
    else latch.whenOpen(() => send(call));
    // As far as its caller can know the channel has room: a full one is told by the next publish.
    return true;
  },
  gateArguments(args, frame) {
    frame.isGatedBehind = typeof args[confirmation] === "function";
    return args;
  },
  // The span ends behind the callback, so its end gate is met in front of both.
  gateCall({ args, frame }, trace, flow) {
    const confirmed = args[confirmation];
    if (!frame?.isGatedBehind || typeof confirmed !== "function") return;
    args[confirmation] = function (this: unknown, ...told: unknown[]) {
      const tell = () => void Reflect.apply(confirmed, this, told);
      const hold = flow.meetEnd(trace, trace.span);
      if (hold) hold.whenOpen(tell);
      else tell();
    };
  },
};

function consumer(channel: Channel, options: { noAck?: boolean } | undefined): Shape {
  const line = {};
  return {
    // Messages come to a consumer in the sequence of its queue, whosever they are.
    lineOfAll: () => line,
    putOff(call, latch) {
      latch.whenOpen(() => deliver(call, channel));
    },
    refusesEnd: () =>
      options?.noAck
        ? "the span of a message without acknowledgement ends when the consumer's function returns, whatever that has begun"
        : undefined,
  };
}

// What the consumer's function throws closes its channel, as it does where the driver calls it.
function deliver(call: RawCall, channel: Channel): void {
  try {
    makeCall(call);
  } catch (error) {
    if (channel.listenerCount("handler-error") > 0) {
      setImmediate(() => channel.emit("handler-error", error, "delivery"));
    } else if (channel.closeWithError?.length === 4) {
      channel.closeWithError(undefined, "Error while processing message", internalError, error);
    } else {
      throw error;
    }
  }
}

const acknowledge: Shape = {
  endsSpans: true,
  // What an actor has sent on a channel goes in front of what gives its message back there.
  lineOf: ({ self }) => self as object,
  putOff(call, latch) {
    latch.whenOpen(() => send(call));
  },
};

// Its caller has gone on. Where the channel was closed meanwhile nothing is sent, and messages are back in their queues.
function send(call: RawCall): void {
  try {
    makeCall(call);
  } catch (error) {
    if ((error as Error).name !== "IllegalOperationError") throw error;
  }
}

export const amqplib: Adapter = {
  scope,
  functions: {
    publish,
    ack: acknowledge,
    nack: acknowledge,
    reject: acknowledge,
    ackAll: acknowledge,
    nackAll: acknowledge,
  },
  patches: {
    connect: leave,
    emit: leave,
    consume: (patching) =>
      layerHandler(patching, scope, 1, (channel, [, , options]) =>
        consumer(channel as Channel, options as { noAck?: boolean } | undefined),
      ),
  },
  docs: {
    driver: "amqplib",
    tested: "amqplib 2",
    spans: "`publish <exchange>`, `<queue> process`",
    before:
      "`publish <exchange>` on a confirm channel with a callback: the message is not sent, and publish has returned true; later ones of the actor on the channel, and its acknowledgements, wait behind it. `<queue> process`: the consumer's function is not called, and later messages of the consumer wait behind it",
    after:
      "`publish <exchange>` on a confirm channel with a callback: the server has confirmed, and the callback is not called; a consumer may already have the message. `<queue> process`: the message is not acknowledged; what the consumer's function does behind its ack goes on, but for what it sends on the channel",
    unsupported:
      "`publish` on a channel without confirms, or without a callback (`waitForConfirms`): its caller does not wait, so nothing can be put off without letting the actor go on. `after` a consumer with `noAck`, whose span ends when its function returns, or whose channel was closed. `get()`: it carries no actor",
  },
};
