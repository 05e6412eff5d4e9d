// Gates under and over every function that an instrumentation patches. Most of them patch through one replaceable
// method, `_wrap(object, name, patch)`; here each raw function gets a layer under the patch, and the patched one a
// layer over it. Those that do not have an adapter with `install`.
//
//   application → over: open a frame → patch: start the span, set attributes → under: the start gate → raw function
//   application ← over: the end gate ← patch: end the span ← raw function

import { trace } from "@opentelemetry/api";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { ActorGates } from "../rules.js";
import { markSession } from "../span-facts.js";
import { type Trace, traceOf } from "../trace.js";
import type { Adapter } from "./adapter.js";
import type { Flow } from "./flow.js";
import type { Frame } from "./frames.js";
import { withdraw } from "./holds.js";
import { Latch } from "./latch.js";
import type { Caller } from "./lines.js";
import { makeCall, type RawCall, type Shape } from "./shape.js";
import { learn, unknown } from "./shapes.js";
import { standIn } from "./stand-in.js";

type AnyFunction = (...args: unknown[]) => unknown;
type Patch = (raw: unknown, name: unknown) => unknown;
type MassWrap = (objects: unknown, names: readonly string[], patch: Patch) => void;
type Wrap = (object: unknown, name: unknown, patch: Patch) => unknown;

const owned = Symbol("spangate.sandwich");

/** Takes an instrumentation's `_wrap` over; once. One without that method is left as it is. */
export function sandwich(instrumentation: Instrumentation, flow: Flow, adapter: Adapter | undefined): void {
  const target = instrumentation as unknown as { _wrap?: Wrap & { [owned]?: true }; _massWrap?: MassWrap };
  const wrap = target._wrap;
  if (typeof wrap !== "function" || wrap[owned]) return;
  const scope = instrumentation.instrumentationName;
  const layered: Wrap & { [owned]?: true } = (object, name, patch) =>
    wrap.call(instrumentation, object, name, (raw, key) => {
      const patchIt = (under: unknown) => patch(under, key);
      const special = adapter?.patches?.[String(name)];
      if (special) return special({ object, raw, patch: patchIt, flow });
      return layer(raw, patchIt, scope, adapter?.functions[String(name)] ?? adapter?.otherwise ?? unknown, flow);
    });
  layered[owned] = true;
  target._wrap = layered;
  target._massWrap = (objects, names, patch) => {
    for (const object of [objects].flat()) for (const name of names) layered(object, name, patch);
  };
  // Last: it may enable the instrumentation anew, which then comes here again.
  adapter?.install?.(instrumentation, flow);
}

/** Puts a layer under and one over what `patch` makes of a function. */
export function layer(
  raw: unknown,
  patch: (raw: unknown) => unknown,
  scope: string,
  shape: Shape,
  flow: Flow,
): unknown {
  if (typeof raw !== "function") return patch(raw);
  const gated = under(raw as AnyFunction, scope, shape, flow);
  const patched = patch(gated);
  if (patched === gated) return raw;
  return typeof patched === "function" ? over(patched as AnyFunction, scope, shape, flow) : patched;
}

/** The layer between a patch and the raw function: the start gate. */
export function under(raw: AnyFunction, scope: string, shape: Shape, flow: Flow): AnyFunction {
  return standIn(raw, flow, {
    call: (self, args) => callRaw({ raw, self, args, frame: undefined }, scope, shape, flow),
    construct(args, newTarget) {
      const frame = flow.frames.top(scope);
      if (frame?.trace) flow.meetStart(frame.trace, "the call makes an object, which cannot be put off");
      return Reflect.construct(raw, args, newTarget);
    },
  });
}

/** The layer between the application and a patched function: the frame, and the end gate. */
export function over(patched: AnyFunction, scope: string, shape: Shape, flow: Flow): AnyFunction {
  return standIn(patched, flow, {
    call: (self, args) => callPatched(patched, self, args, scope, shape, flow),
    construct(args, newTarget) {
      const make = (): object => Reflect.construct(patched, args, newTarget);
      return flow.comesToRest() ? make() : inFrame(flow, flow.frames.push(scope), make);
    },
  });
}

function callPatched(
  target: AnyFunction,
  self: unknown,
  args: unknown[],
  scope: string,
  shape: Shape,
  flow: Flow,
): unknown {
  if (flow.comesToRest()) return Reflect.apply(target, self, args);
  const frame = flow.frames.push(scope, shape);
  const result = inFrame(flow, frame, () =>
    Reflect.apply(target, self, shape.gateArguments ? shape.gateArguments(args, frame, self) : args),
  );
  const asks = frame.trace?.gates.mayAskForFlow("after") ?? false;
  const gated = asks && shape.gateResult ? shape.gateResult(result, frame, flow) : result;
  flow.meetEarlyEnd(frame);
  return gated;
}

function inFrame<T>(flow: Flow, frame: Frame, call: () => T): T {
  let hasReturned = false;
  try {
    const result = call();
    hasReturned = true;
    return result;
  } finally {
    flow.frames.pop(frame);
    if (frame.trace && !frame.trace.startIsMet) flow.meetUncalled(frame.trace);
    if (!hasReturned) flow.meetEarlyEnd(frame);
  }
}

function callRaw(call: RawCall, scope: string, shape: Shape, flow: Flow): unknown {
  const frame = flow.frames.top(scope) ?? laterFrame(scope);
  if (frame && (!frame.trace || frame.trace.gates.isNobody)) leaveActor(call, shape, flow);
  const isFirst = frame?.trace !== undefined && !frame.trace.startIsMet;
  const known = frame ? knowCall({ ...call, frame }, isFirst ? frame.trace : undefined, shape, flow) : call;
  const hold = isFirst && frame.trace ? meetGates(frame.trace, known, shape, flow) : undefined;
  // What ends the spans of others waits for their end gates.
  const latch = lineUp(known, frame?.ended ? frame.end : hold, shape, flow);
  if (latch) return putOff(known, latch, hold, shape);
  const result = makeCall(known);
  if (shape === unknown) learn(known, result);
  return result;
}

// The first call under an actor's span: what it takes is remembered, and a gate put behind it.
function knowCall(call: RawCall, trace: Trace | undefined, shape: Shape, flow: Flow): RawCall {
  if (!trace) return call;
  const known = shape.takes?.(call, trace, flow) ?? call;
  return (trace.gates.mayAskForFlow("after") && shape.gateCall?.(known, trace, flow)) || known;
}

// Connections, and whose call each of them served last.
const servedLast = new WeakMap<object, ActorGates>();

// What a connection locks while it serves nobody's call, such as the test's own, is no actor's.
function leaveActor(call: RawCall, shape: Shape, flow: Flow): void {
  const last = shape.sessionOf && servedLast.get(call.self as object);
  const session = last && shape.sessionOf?.(call);
  if (!last || !session) return;
  servedLast.delete(call.self as object);
  if (!last.isOver) flow.tellNobodys(last, session);
}

function putOff(call: RawCall, latch: Latch, hold: Latch | undefined, shape: Shape): unknown {
  try {
    return shape.putOff(call, latch, hold);
  } catch (error) {
    // Its caller has gone on with the error.
    withdraw(hold, "the call failed at once");
    throw error;
  }
}

function meetGates(trace: Trace, call: RawCall, shape: Shape, flow: Flow): Latch | undefined {
  const session = trace.gates.watchesLocks ? shape.sessionOf?.(call) : undefined;
  const endless = shape.neverEnds?.(call);
  const unseen = shape.refusesEnd?.(call);
  const refusal = shape.refuses?.(call);
  let hold: Latch | undefined;
  for (const each of [trace, ...(call.frame?.more ?? [])]) {
    if (session) markSession(each.span, session);
    if (session) servedLast.set(call.self as object, each.gates);
    if (endless !== undefined) flow.markEndless(each, endless);
    hold = Latch.both(hold, flow.meetStart(each, refusal));
    if (unseen !== undefined) flow.refuseEnd(each, unseen);
  }
  return hold;
}

// What the call must wait for: its own hold, and those in front of it.
function lineUp(call: RawCall, hold: Latch | undefined, shape: Shape, flow: Flow): Latch | undefined {
  if (!hold && flow.lines.areEmpty) return undefined;
  const all = shape.lineOfAll?.(call);
  if (all) return flow.lines.enter([all], all, hold);
  const owner = shape.lineOf?.(call);
  return owner ? flow.lines.enter(callersOf(call), owner, hold) : hold;
}

function callersOf({ frame }: RawCall): Iterable<Caller> {
  if (frame?.trace) return frame.trace.gates.isNobody ? [] : [frame.trace.gates];
  return frame?.ended ?? [];
}

// A patch that makes its raw call later makes it inside the span's context.
function laterFrame(scope: string): Frame | undefined {
  const active = trace.getActiveSpan();
  const known = active && traceOf(active);
  return known?.frame?.scope === scope && !known.startIsMet ? known.frame : undefined;
}
