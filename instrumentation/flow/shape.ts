// How the call of an instrumented function can be put off, and its result.
import type { DatabaseSession } from "../../src/core/model.js";
import type { Trace } from "../trace.js";
import type { Flow } from "./flow.js";
import type { Frame, FrameOptions } from "./frames.js";
import type { Latch } from "./latch.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** A call of a raw function that is about to be made. */
export interface RawCall {
  readonly raw: AnyFunction;
  readonly self: unknown;
  readonly args: unknown[];
  /** The instrumented call that it belongs to, whosever it is; `undefined` where none was seen. */
  readonly frame: Frame | undefined;
}

/** What a driver's function looks like to its caller. */
export interface Shape extends FrameOptions {
  /** Why this call cannot be held before it is made; `undefined` when it can. */
  refuses?(call: RawCall): string | undefined;
  /**
   * Makes the call when the latch opens. Returns at once what the call's caller gets.
   * @param hold what of it the call itself waits for; the rest are calls in front of it
   */
  putOff(call: RawCall, latch: Latch, hold?: Latch): unknown;
  /** On what an actor's calls keep their sequence, such as a connection. */
  lineOf?(call: RawCall): object | undefined;
  /** On what all calls keep their sequence, whosever they are, such as the messages of one consumer. */
  lineOfAll?(call: RawCall): object | undefined;
  /** Why this call cannot be held when it has ended; `undefined` when it can. */
  refusesEnd?(call: RawCall): string | undefined;
  /** The connection that serves the call, as its database knows it. */
  sessionOf?(call: RawCall): DatabaseSession | undefined;
  /**
   * Remembers what the call waits for, or has, of which its process has a limited number: a connection, a socket.
   * @returns what is called in its place, if it is another
   */
  takes?(call: RawCall, trace: Trace, flow: Flow): RawCall | void;
  /** Why nobody can rely on an end of the span of this call; `undefined` when it comes. */
  neverEnds?(call: RawCall): string | undefined;
  /**
   * Puts a gate behind the call into what the raw function gets: its span is known, and may be asked for.
   * @returns what is called in its place, if it is another
   */
  gateCall?(call: RawCall, trace: Trace, flow: Flow): RawCall | void;
  /** Puts a gate behind the call into its arguments, where its callback is. */
  gateArguments?(args: unknown[], frame: Frame, self: unknown): unknown[];
  /** Puts a gate behind the call into its result. */
  gateResult?(result: unknown, frame: Frame, flow: Flow): unknown;
}

export function makeCall({ raw, self, args }: RawCall): unknown {
  return Reflect.apply(raw, self, args);
}
