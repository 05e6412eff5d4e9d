// What follows calls that wait and is no instrumented call itself: giving a connection back, or closing it. Where calls
// are sent at once, drivers do it behind them.
import { queueMicrotask } from "../real-time.js";
import type { Latch } from "./latch.js";
import { shadow } from "./shadow.js";
import { hasCallback, type PromiseClass } from "./shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

interface Waiting {
  readonly latches: Set<Latch>;
  readonly restore: () => void;
}

const waitingOf = new WeakMap<object, Waiting>();

export interface Manner {
  /** Tells by a method's arguments that its call throws the object away: then nothing of it waits. */
  readonly hurries?: (args: readonly unknown[]) => boolean;
  /** The class of the promises that the methods give back. */
  readonly promises?: PromiseClass;
}

/**
 * Puts methods of an object off while calls of it wait. Without a callback they give a promise back then.
 * @param latch what one of its calls waits for
 */
export function keepBehind<T extends object>(
  owner: T,
  names: readonly (keyof T)[],
  latch: Latch,
  manner: Manner = {},
): void {
  const waiting = waitingOf.get(owner) ?? putInFront(owner, names, manner);
  waitingOf.set(owner, waiting);
  waiting.latches.add(latch);
  latch.whenOpen(() => {
    waiting.latches.delete(latch);
    if (waiting.latches.size === 0) keepNoMore(owner, waiting);
  });
}

/** Nothing of the object waits any more: it is thrown away. */
export function letGo(owner: object): void {
  const waiting = waitingOf.get(owner);
  if (waiting) keepNoMore(owner, waiting);
}

function keepNoMore(owner: object, waiting: Waiting): void {
  if (waitingOf.get(owner) !== waiting) return;
  waitingOf.delete(owner);
  waiting.restore();
}

/** Does something once no call of the object waits any more; now when none does. */
export function runBehind(owner: object, go: () => void): void {
  const waiting = waitingOf.get(owner);
  if (waiting) afterAll(waiting.latches, go);
  else go();
}

function putInFront<T extends object>(
  owner: T,
  names: readonly (keyof T)[],
  { hurries = () => false, promises = Promise }: Manner,
): Waiting {
  const latches = new Set<Latch>();
  const methods = names.filter((name) => typeof owner[name] === "function");
  const undo = methods.map((name) => {
    const raw = owner[name] as AnyFunction;
    return shadow(owner, String(name), (...args: unknown[]) => {
      const go = () => Reflect.apply(raw, owner, args);
      if (!hurries(args)) return later(latches, hasCallback(args), go, promises);
      letGo(owner);
      return go();
    });
  });
  const restore = () => {
    for (const take of undo) take();
  };
  return { latches, restore };
}

function later(
  latches: ReadonlySet<Latch>,
  callsBack: boolean,
  go: () => unknown,
  PromiseOfIts: PromiseClass,
): unknown {
  if (callsBack) return afterAll(latches, () => void go());
  return new PromiseOfIts<void>((resolve) => afterAll(latches, () => resolve(undefined))).then(go);
}

function afterAll(latches: ReadonlySet<Latch>, go: () => void): void {
  const [first] = latches;
  if (!first) return go();
  const lookAgain = () => afterAll(latches, go);
  // One that is open and still here has its call made in a microtask that is on its way.
  if (first.isOpen) queueMicrotask(lookAgain);
  else first.whenOpen(lookAgain);
}
