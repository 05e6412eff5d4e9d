// The shape of what gets a callback to go on with as its last argument: connect's and express' middleware, fastify's
// hooks. Its span ends when it goes on, or else with the response.
import type { SpanView } from "../span-facts.js";
import type { Trace } from "../trace.js";
import type { Flow } from "./flow.js";
import { joinAnswer } from "./http/answer.js";
import type { Latch } from "./latch.js";
import { makeCall, type RawCall, type Shape } from "./shape.js";
import { isPromise, promises } from "./shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** For the docs of those that may answer: what "after" is, and where it is refused. */
export const answered =
  "it has called `next`, and what comes next is not called yet; or it has answered, and its answer stays back: what it does behind response.end() goes on";
export const unanswered = "`after` what answers by a response that was cut off, or sent before response.end()";

export const endsWithResponse =
  "its span ends with the response, which leaves no http server that spangate knows. Hold after a span inside the handler";

const goesOn: Shape = {
  notBehind: endsWithResponse,
  refusesEnd: ({ frame }) =>
    frame?.trace?.span.ended ? "its span ends before its handlers are called. Hold before it" : undefined,
  // An exception would have gone to the next error handler; what is given back may be a promise that the framework awaits.
  putOff: (call, latch) =>
    new Promise((resolve) => {
      latch.whenOpen(() => {
        try {
          resolve(makeCall(call));
        } catch (error) {
          nextOf(call)(error);
          resolve(undefined);
        }
      });
    }),
  gateCall: (call, trace, flow) => gateNext(call, () => meetInside(call, trace, flow)),
};

// The response stands in front of the callback.
export const middleware = answering(goesOn, (args) => args.at(-2));

/** The same where a promise that is given back means to go on. */
export const hook: Shape = {
  ...goesOn,
  putOff(call, latch) {
    latch.whenOpen(() => {
      const next = nextOf(call);
      try {
        const result = makeCall(call);
        if (isPromise(result)) result.then(() => next(), next);
      } catch (error) {
        next(error);
      }
    });
    return undefined;
  },
};

/** Meets the end of a span in front of what ends it. */
export function meetInside(
  { frame }: RawCall,
  trace: Trace,
  flow: Flow,
  view: SpanView = trace.span,
): Latch | undefined {
  if (frame) {
    frame.isGatedBehind = true;
    frame.endsLater = false;
  }
  return flow.meetEnd(trace, view);
}

/** Node's response among the arguments of fastify's hooks: request, reply and so on. */
export function rawOfReply([, reply]: readonly unknown[]): unknown {
  return (reply as { raw?: unknown } | undefined)?.raw;
}

/** A {@link hook} whose span ends as it returns. */
export const hookThatEndsEarly: Shape = {
  ...hook,
  gateCall(call, trace, flow) {
    if (call.frame) call.frame.endsLater = true;
    return gateNext(call, () => meetInside(call, trace, flow));
  },
};

/** An async hook whose span does not wait for its promise. */
export const asyncThatEndsEarly: Shape = {
  putOff: promises.putOff,
  gateCall({ frame }) {
    if (frame) frame.endsLater = true;
  },
  gateResult(result, frame, flow) {
    const { trace } = frame;
    if (!trace || !isPromise(result)) return result;
    const meet = () => {
      frame.endsLater = false;
      frame.isGatedBehind = true;
      return flow.meetEnd(trace, trace.span)?.opened;
    };
    return result.then(
      async (value) => {
        await meet();
        return value;
      },
      async (error) => {
        await meet();
        throw error;
      },
    );
  },
};

/**
 * The shape of a function that may answer the request, in place of going on.
 * @param shape its shape where it goes on
 * @param responseOf finds node's response among its arguments
 */
export function answering(shape: Shape, responseOf: (args: readonly unknown[]) => unknown): Shape {
  return {
    ...shape,
    gateCall(call, trace, flow) {
      joinAnswer(responseOf(call.args), call, trace);
      return shape.gateCall?.(call, trace, flow);
    },
  };
}

/**
 * Holds in front of the callback. Going on twice stays what it is: the second time waits behind the first, as does what
 * goes on behind its own answer.
 */
export function gateNext(call: RawCall, meetEnd: (args: unknown[]) => Latch | undefined): RawCall {
  const next = call.args.at(-1);
  if (typeof next !== "function") return call;
  let hold: Latch | undefined;
  const gated = new Proxy(next, {
    apply(target, self, args: unknown[]) {
      hold ??= meetEnd(args) ?? call.frame?.end;
      if (!hold || hold.isOpen) return Reflect.apply(target, self, args);
      hold.whenOpen(() => void Reflect.apply(target, self, args));
      return undefined;
    },
  });
  return { ...call, args: call.args.with(-1, gated) };
}

function nextOf({ args }: RawCall): AnyFunction {
  return args.at(-1) as AnyFunction;
}
