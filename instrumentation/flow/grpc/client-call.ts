// A client's call. Whatever its kind, the client makes one call of its channel while its method runs: that one starts
// late, and tells its status late. So the application has its call object at once, and its interceptors run as ever.
import { nextTick } from "../../real-time.js";
import { foresee } from "../foresight.js";
import { withdraw } from "../holds.js";
import type { Latch } from "../latch.js";
import { meetInside } from "../middleware.js";
import { shadow } from "../shadow.js";
import { makeCall, type RawCall, type Shape } from "../shape.js";

type AnyFunction = (...args: unknown[]) => unknown;

interface Status {
  readonly code: number;
  readonly details: string;
}

interface Listener {
  onReceiveStatus(status: Status): void;
}

/** What a channel makes. */
interface ChannelCall {
  start(metadata: unknown, listener: Listener): void;
  addStatusWatcher?(watch: (status: Status) => void): void;
}

interface Channel {
  createCall: AnyFunction;
}

export const clientCall: Shape = {
  refuses: ({ self, raw }) =>
    channelOf(self) ? undefined : `"${raw.name}" is no method of a client that spangate knows`,
  putOff: (call, latch) => {
    let isMade = false;
    const result = makingCalls(call, (made) => {
      isMade = true;
      return startLate(made, latch);
    });
    if (!isMade) withdraw(latch, "the client made no call");
    return result;
  },
  gateCall: (call, trace, flow) => ({
    ...call,
    raw: () =>
      makingCalls(call, (made) =>
        tellLate(made, ({ code }) =>
          meetInside(call, trace, flow, foresee(trace.span, { "rpc.grpc.status_code": code })),
        ),
      ),
  }),
};

function channelOf(client: unknown): Channel | undefined {
  const { getChannel } = (client ?? {}) as { getChannel?: () => Channel };
  return typeof getChannel === "function" ? getChannel.call(client) : undefined;
}

/** Makes the call, and changes what the channel makes meanwhile. */
function makingCalls(call: RawCall, change: (made: ChannelCall) => ChannelCall): unknown {
  const channel = channelOf(call.self);
  if (!channel) return makeCall(call);
  const { createCall } = channel;
  const undo = shadow(channel, "createCall", (...args: unknown[]) =>
    change(Reflect.apply(createCall, channel, args) as ChannelCall),
  );
  try {
    return makeCall(call);
  } finally {
    undo();
  }
}

// What the caller does before the start is done after it, in its sequence. A call that ends before its start, being
// cancelled or past its deadline, never starts: it only tells its status.
function startLate(made: ChannelCall, latch: Latch): ChannelCall {
  let waiting: (() => void)[] | undefined = [];
  let listener: Listener | undefined;
  let ended: Status | undefined;
  const tell = () => {
    if (ended && listener) listener.onReceiveStatus(ended);
  };
  made.addStatusWatcher?.((status) => {
    if (!waiting || ended) return;
    ended = status;
    nextTick(tell);
    withdraw(latch, `the call has ended: ${status.details}`);
  });
  latch.whenOpen(() => {
    const started = ended ? [] : (waiting ?? []);
    waiting = undefined;
    for (const go of started) go();
  });
  return new Proxy(made, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      if (!putOff.has(key)) return value.bind(target);
      return (...args: unknown[]) => {
        if (key === "start") listener = args[1] as Listener;
        if (!waiting) return ended ? undefined : Reflect.apply(value, target, args);
        waiting.push(() => void Reflect.apply(value, target, args));
        return undefined;
      };
    },
  });
}

const putOff = new Set<string | symbol>(["start", "sendMessageWithContext", "sendMessage", "startRead", "halfClose"]);

function tellLate(made: ChannelCall, meetEnd: (status: Status) => Latch | undefined): ChannelCall {
  return new Proxy(made, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      if (key !== "start") return value.bind(target);
      return (metadata: unknown, listener: Listener) => {
        const onReceiveStatus = (status: Status) => {
          const hold = meetEnd(status);
          if (hold) hold.whenOpen(() => listener.onReceiveStatus(status));
          else listener.onReceiveStatus(status);
        };
        // A listener may be of a class.
        target.start(metadata, Object.create(listener, { onReceiveStatus: { value: onReceiveStatus } }));
      };
    },
  });
}
