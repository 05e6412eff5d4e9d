// Things of which a process has a limited number, such as the connections of a pool: which span of an actor waits for
// one, and which actor used one last. Looked at only when the coordinator asks.
import type { WireShortage } from "../src/wire/shortages.js";
import { factsOf } from "./span-facts.js";
import type { Trace } from "./trace.js";

/** A stock that has none left, as its driver's own figures show it. */
export interface EmptyStock {
  /** For people, such as `a connection of a pg pool`. */
  readonly resource: string;
  /** The option that limits it, such as `max`. */
  readonly option: string;
  readonly limit: number;
  /** Whoever used each that is in use last; `undefined` for nobody's. */
  readonly users: readonly (Trace | undefined)[];
}

/** A call that may wait for one. It is over with its span, or when that is told. */
export interface Claim {
  readonly trace: Trace;
  /** @returns `undefined` when the call waits for nothing that others have */
  look(): EmptyStock | undefined;
  isOver: boolean;
}

interface Hand {
  readonly trace: Trace;
  readonly handOver: unknown;
}

const claims = new Set<Claim>();
const hands = new WeakMap<object, Hand>();
/** So many are kept before those that are over are looked for. */
const claimsLimit = 1_000;
/** So many are told at once: enough to name who keeps what. */
const toldLimit = 100;

export function noteClaim(trace: Trace, look: Claim["look"]): Claim {
  const claim: Claim = { trace, look, isOver: false };
  if (claims.size >= claimsLimit) dropOver();
  if (claims.size < claimsLimit) claims.add(claim);
  return claim;
}

/**
 * The actor has it, or nobody does.
 * @param handOver differs when it was given back and out again since
 */
export function noteUser(thing: object, trace: Trace | undefined, handOver?: unknown): void {
  if (trace) hands.set(thing, { trace, handOver });
  else hands.delete(thing);
}

/** Who was given the thing, and used it last. */
export function userOf(thing: object | null | undefined, handOver?: unknown): Trace | undefined {
  const hand = thing ? hands.get(thing) : undefined;
  return hand?.handOver === handOver && !hand?.trace.gates.isOver ? hand?.trace : undefined;
}

/** What actors wait for now because others have all that there are. */
export function tellShortages(): readonly WireShortage[] {
  dropOver();
  const told: WireShortage[] = [];
  for (const { trace, look } of claims) {
    const stock = told.length < toldLimit && !trace.gates.isOver ? look() : undefined;
    if (stock) told.push(tell(trace, stock));
  }
  return told;
}

function dropOver(): void {
  for (const claim of claims) if (claim.isOver || claim.trace.span.ended) claims.delete(claim);
}

function tell(waiting: Trace, { resource, option, limit, users }: EmptyStock): WireShortage {
  const kept = users.flatMap((trace) => trace ?? []).slice(0, toldLimit);
  return { resource, option, limit, inUse: users.length, waiting: useOf(waiting), kept: kept.map(useOf) };
}

function useOf({ span, gates: { runId, actor } }: Trace): NonNullable<WireShortage["waiting"]> {
  return { runId, actor, span: factsOf(span, span.name, []) };
}
