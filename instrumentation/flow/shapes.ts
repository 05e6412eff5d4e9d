// The shapes that most functions have.
import type { DatabaseSession } from "../../src/core/model.js";
import { type OtherEnd, serverName } from "../../src/core/sessions.js";
import type { Frame } from "./frames.js";
import type { Latch } from "./latch.js";
import { makeCall, type RawCall, type Shape } from "./shape.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** The class of the promise that a call gives back. */
export type PromiseClass = new <T>(
  executor: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
) => PromiseLike<T>;

/** Returns a promise. */
export const promises: Shape = {
  putOff: (call, latch) => promiseOf(call, latch, Promise),
  gateResult: gatePromise,
};

function promiseOf(call: RawCall, latch: Latch, PromiseOfIts: PromiseClass): PromiseLike<unknown> {
  return new PromiseOfIts((resolve, reject) =>
    latch.whenOpen(() => {
      try {
        resolve(makeCall(call));
      } catch (error) {
        reject(error);
      }
    }),
  );
}

/** Takes a callback as its last argument, and returns nothing that matters. */
export const callbacks: Shape = {
  putOff(call, latch) {
    const callback = call.args.at(-1);
    latch.whenOpen(() => {
      if (typeof callback !== "function") return void makeCall(call);
      let isCalled = false;
      const told = function (this: unknown, ...args: unknown[]) {
        isCalled = true;
        return Reflect.apply(callback, this, args);
      };
      try {
        makeCall({ ...call, args: call.args.with(-1, told) });
      } catch (error) {
        // What the callback itself throws is its own. The caller has gone on: for the rest, the callback is the way left.
        if (isCalled) throw error;
        callback(error);
      }
    });
    return undefined;
  },
  gateArguments: gateLast,
};

/** Takes a callback as its last argument, or returns a promise without one. */
export const promisesOrCallbacks = promisesOrCallbacksOf(() => Promise);

/** The same of a driver that gives back promises of a class of the application's choice. */
export function promisesOrCallbacksOf(classOf: (driver: unknown) => PromiseClass): Shape {
  return {
    putOff: (call, latch) =>
      hasCallback(call.args) ? callbacks.putOff(call, latch) : promiseOf(call, latch, classOf(call.self)),
    gateArguments: (args, frame) => (hasCallback(args) ? gateLast(args, frame) : args),
    gateResult: gatePromise,
  };
}

/** Gives its result at once. */
export const synchronous: Shape = {
  refuses: () => "it gives its result at once",
  putOff: makeCall,
  notBehind: "it gives its result at once",
};

// Functions that were seen to return a promise.
const returnPromises = new WeakSet<AnyFunction>();

/** Nothing is known of the function but what it did so far. */
export const unknown: Shape = {
  refuses: ({ raw }) =>
    returnPromises.has(raw) || isAsync(raw)
      ? undefined
      : `spangate does not know what ${raw.name ? `"${raw.name}"` : "the function"} returns, so it cannot put its call off`,
  putOff: promises.putOff,
  gateResult: gatePromise,
};

/** Remembers what a function of unknown shape returned. */
export function learn({ raw }: RawCall, result: unknown): void {
  if (isPromise(result)) returnPromises.add(raw);
}

/** True for a function that is written `async`, or was before it was compiled for an older JavaScript. */
export function isAsync(fn: AnyFunction): boolean {
  return (
    fn.constructor?.name === "AsyncFunction" ||
    /\b(__awaiter|_asyncToGenerator)\b/.test(Function.prototype.toString.call(fn))
  );
}

export function hasCallback(args: readonly unknown[]): boolean {
  return typeof args.at(-1) === "function";
}

function gateLast(args: unknown[], frame: Frame): unknown[] {
  return args.with(-1, gateCallback(args.at(-1) as AnyFunction, frame));
}

/** A callback that waits for what the frame's end waits for. Keeps the properties of the one it stands for. */
export function gateCallback(callback: AnyFunction, frame: Frame): AnyFunction {
  frame.isGatedBehind = true;
  return new Proxy(callback, {
    apply(target, self, args) {
      const { end } = frame;
      if (!end || end.isOpen) return Reflect.apply(target, self, args);
      end.whenOpen(() => void Reflect.apply(target, self, args));
      return undefined;
    },
  });
}

/** A promise that waits for what the frame's end waits for, with the properties of the one it stands for. */
export function gatePromise(result: unknown, frame: Frame): unknown {
  if (!isPromise(result)) return result;
  frame.isGatedBehind = true;
  const deliver = <T>(go: () => T) => {
    // A span that ends later than the promise has nobody who would wait for its end.
    frame.isGatedBehind = false;
    return after(frame.end, go);
  };
  const gated = result.then(
    (value) => deliver(() => value),
    (error: unknown) =>
      deliver(() => {
        throw error;
      }),
  );
  for (const key of Reflect.ownKeys(result)) {
    // What it has itself is its state, in promises that are not the language's.
    if (Object.hasOwn(gated, key)) continue;
    Object.defineProperty(gated, key, Reflect.getOwnPropertyDescriptor(result, key) as PropertyDescriptor);
  }
  return gated;
}

function after<T>(end: Latch | undefined, go: () => T): T | Promise<T> {
  return end && !end.isOpen ? end.opened.then(go) : go();
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/**
 * @param id what the driver calls it; a connection that is not made yet has none
 * @param socket the connection's
 */
export function sessionOf(system: string, id: unknown, socket: OtherEnd | undefined): DatabaseSession | undefined {
  return typeof id === "number" && id > 0 ? { system, id, server: serverName(socket) } : undefined;
}
