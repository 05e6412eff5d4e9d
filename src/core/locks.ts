// Who waits for whose lock. What a probe has seen is a fact of that moment: it counts until the call ends, or until the
// next look.
import type { ActorState } from "./actor-state.js";
import type { Output } from "./messages.js";
import type { DatabaseSession, LockWait, PassedSpan } from "./model.js";
import { isGoingOn, type Run, refile } from "./run.js";
import { sessionKey } from "./sessions.js";

/** The actor's calls of which a probe can say whether they wait: begun, not ended, and not held in front. */
export function callsOf(actor: ActorState): readonly PassedSpan[] {
  if (!isGoingOn(actor)) return [];
  const held = new Set([...actor.holds.values()].map(({ span }) => span.spanId));
  const calls = [...actor.open.values()].filter(({ span }) => span.session && !held.has(span.spanId));
  // A session makes its calls one after the other; of a cursor's span the end is never seen.
  const sessions = Map.groupBy(calls, ({ span: { session } }) => session && sessionKey(session));
  return [...sessions.values()].flatMap((own) => own.find(({ span }) => !span.endless) ?? own.at(-1) ?? []);
}

/** Takes in what waits now, as far as the probes tell. */
export function takeWaits(run: Run, waits: readonly LockWait[], out: Output[]): void {
  for (const actor of run.actors.values()) {
    const wait = waitOf(actor, waits);
    if (wait && !isTold(actor.wait, wait)) out.push({ type: "blocked", wait });
    if (wait) setWait(run, actor, wait);
    else free(run, actor, out);
  }
}

/**
 * The actor's call has ended, or waits no more.
 * @param atMs when, where that is told later than it was
 */
export function free(run: Run, actor: ActorState, out: Output[], atMs?: number): void {
  if (!actor.wait) return;
  out.push({ type: "freed", actor: actor.name, atMs });
  setWait(run, actor, undefined);
}

function setWait(run: Run, actor: ActorState, wait: LockWait | undefined): void {
  actor.wait = wait;
  refile(run, actor);
}

// Its lock may have gone to somebody else, whom it waits for then.
function isTold(before: LockWait | undefined, { call, by }: LockWait): boolean {
  if (before?.call.span.spanId !== call.span.spanId) return false;
  return before.by.length === by.length && by.every((name) => before.by.includes(name));
}

// An actor with several calls under way waits when none of them goes on.
function waitOf(actor: ActorState, waits: readonly LockWait[]): LockWait | undefined {
  const calls = callsOf(actor);
  const waiting = calls.flatMap(({ span }) => waits.find(({ call }) => call.span.spanId === span.spanId) ?? []);
  const goesOn = calls.some(
    ({ span }) => !span.endless && !waiting.some(({ call }) => call.span.spanId === span.spanId),
  );
  return goesOn ? undefined : waiting[0];
}

/**
 * The chain of waits that ends at an actor which stands still at a call of the very session that has the lock, so that
 * nobody in it can go on before the order lets that one go. One that stands elsewhere may let go of the lock in another
 * branch.
 * @returns the waits from the actor on; `undefined` where everybody whom it waits for goes on by itself
 */
export function chainToHeld(
  run: Run,
  actor: ActorState,
  seen: readonly ActorState[] = [],
): readonly LockWait[] | undefined {
  const { wait } = actor;
  if (!wait || seen.includes(actor)) return undefined;
  for (const name of wait.by) {
    const owner = run.actors.get(name);
    if (!owner) continue;
    if (standsAt(owner, wait.sessions)) return [wait];
    const rest = chainToHeld(run, owner, [...seen, actor]);
    if (rest) return [wait, ...rest];
  }
  return undefined;
}

function standsAt({ holds }: ActorState, sessions: readonly DatabaseSession[]): boolean {
  const keys = new Set(sessions.map(sessionKey));
  return [...holds.values()].some(({ span: { session } }) => session && keys.has(sessionKey(session)));
}
