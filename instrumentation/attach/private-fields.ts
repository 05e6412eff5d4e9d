// Every private field of other people's SDKs that spangate touches. They hold for sdk-trace-base 1.30, 2.x and
// sdk-trace 3.x, and for instrumentation 0.57, 0.223 and 0.300: test/e2e/joining.test.ts runs against all three.
import type { Sampler, SpanProcessor } from "@opentelemetry/sdk-trace";
import { isClockFaked, now } from "../real-time.js";

interface Provider {
  /** 1.x: asked at the start of every span */
  getActiveSpanProcessor?(): SpanProcessor;
  /** 2.x, 3.x */
  readonly _activeSpanProcessor?: SpanProcessor;
  /** 1.x, 2.x */
  readonly _config?: { sampler?: Sampler };
  /** 2.x, 3.x */
  readonly _tracerOptions?: { sampler?: Sampler };
  readonly _tracers?: ReadonlyMap<string, { _sampler?: Sampler }>;
}

interface Proxy {
  setDelegate?(provider: object): void;
}

/**
 * Replaces what a provider tells its spans to, now and when processors are added. Those stay in the provider's own list,
 * and are flushed and shut down as before. False where it is no provider of a known kind.
 */
export function replaceProcessor(provider: object, replace: (theirs: SpanProcessor) => SpanProcessor): boolean {
  const target = provider as Provider;
  const { _activeSpanProcessor: active, getActiveSpanProcessor: ask } = target;
  if (active) {
    const theirs = { ...active, onStart: active.onStart.bind(active), onEnd: active.onEnd.bind(active) };
    if (active.onEnding) theirs.onEnding = active.onEnding.bind(active);
    const ours = replace(theirs);
    active.onStart = ours.onStart.bind(ours);
    active.onEnd = ours.onEnd.bind(ours);
    if (ours.onEnding) active.onEnding = ours.onEnding.bind(ours);
    return true;
  }
  if (!ask) return false;
  const known = new WeakMap<SpanProcessor, SpanProcessor>();
  target.getActiveSpanProcessor = () => {
    const theirs = ask.call(target);
    const ours = known.get(theirs) ?? replace(theirs);
    known.set(theirs, ours);
    return ours;
  };
  return true;
}

/** Replaces a provider's sampler, also in the tracers that it has made. */
export function replaceSampler(provider: object, replace: (sampler: Sampler) => Sampler): void {
  const { _config, _tracerOptions, _tracers } = provider as Provider;
  const replaced = new Map<Sampler, Sampler>();
  const swap = (sampler: Sampler | undefined): Sampler | undefined => {
    if (sampler && !replaced.has(sampler)) replaced.set(sampler, replace(sampler));
    return sampler && replaced.get(sampler);
  };
  for (const options of new Set([_config, _tracerOptions])) {
    const sampler = swap(options?.sampler);
    if (options && sampler) options.sampler = sampler;
  }
  for (const tracer of _tracers?.values() ?? []) {
    const sampler = swap(tracer._sampler);
    if (sampler) tracer._sampler = sampler;
  }
}

/** Tells each provider that stands, or is put, behind one: the API registers a proxy, and gives it its provider next. */
export function watchProvider(provider: object, tell: (provider: object) => void): void {
  const proxy = provider as Proxy;
  const { setDelegate } = proxy;
  if (typeof setDelegate !== "function") return tell(provider);
  proxy.setDelegate = (delegate) => {
    setDelegate.call(proxy, delegate);
    tell(delegate);
  };
  const present = (provider as { _delegate?: object })._delegate;
  if (present) tell(present);
}

interface PatchingInstrumentation {
  _wrap?(object: Record<PropertyKey, unknown>, name: PropertyKey, patch: unknown): unknown;
  _unwrap?(object: Record<PropertyKey, unknown>, name: PropertyKey): unknown;
  readonly _requireInTheMiddleSingleton?: { readonly constructor: { _instance?: unknown } };
}

/**
 * Lets an instrumentation undo its own patches only: where somebody else has patched on top, undoing would take out
 * that one's.
 */
export function undoOwnPatchesOnly(instrumentation: object): void {
  const target = instrumentation as PatchingInstrumentation;
  const { _wrap: wrap, _unwrap: unwrap } = target;
  if (!wrap || !unwrap) return;
  const mine = new WeakSet<object>();
  target._wrap = (object, name, patch) => {
    const result = wrap.call(target, object, name, patch);
    const patched = object[name];
    if (typeof patched === "function") mine.add(patched);
    return result;
  };
  target._unwrap = (object, name) => {
    const patched = object[name];
    return typeof patched === "function" && mine.has(patched) ? unwrap.call(target, object, name) : undefined;
  };
}

/**
 * Gives instrumentations that are created later a hook into require() of their own: the shared one remembers which
 * modules it has seen, and would not show them those that were loaded before.
 */
export function leaveRequireHook(instrumentation: object): void {
  const hook = (instrumentation as PatchingInstrumentation)._requireInTheMiddleSingleton;
  if (hook) hook.constructor._instance = undefined;
}

interface Clocked {
  /** As performance.now() told it at its start. */
  readonly _performanceStartTime?: number;
  /** True where its instrumentation says when it began: its duration tells nothing of our clock then. */
  readonly _startTimeProvided?: boolean;
  readonly duration?: readonly [seconds: number, nanoseconds: number];
}

/**
 * When a span began, or has just ended, in milliseconds of performance.now(). Its SDK has read that clock for it, and to
 * read it again would cost as much as all else that is done for a span. A clock that a test has faked tells nothing.
 */
export function momentOf(span: object, phase: "before" | "after"): number {
  const { _performanceStartTime: startMs, _startTimeProvided: isProvided, duration } = span as Clocked;
  if (startMs === undefined || isClockFaked()) return now();
  if (phase === "before") return startMs;
  if (isProvided !== false || duration === undefined || duration[0] < 0) return now();
  return startMs + duration[0] * 1_000 + duration[1] / 1e6;
}
