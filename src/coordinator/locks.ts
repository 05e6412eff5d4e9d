// Which calls of actors wait for locks of other actors: what the probes tell of sessions, in the actors' names.
import { EnvironmentError } from "../core/errors.js";
import type { LockProbe, SessionWait } from "../core/lock-probe.js";
import type { DatabaseSession, LockWait, PassedSpan } from "../core/model.js";
import { sessionKey } from "../core/sessions.js";
import { waitAtMost } from "../waiting.js";

/** The longest that a probe may take to answer, in milliseconds. */
const limitMs = 10_000;
/** Of so many sessions it is remembered who used them last. */
const sessionsLimit = 10_000;

interface Owner {
  readonly runId: string;
  readonly actor: string;
  readonly session: DatabaseSession;
}

export class Locks {
  readonly #probes: readonly LockProbe[];
  /** Whose call a session served last, by {@link sessionKey}. What it has locked stays its own until it serves another's. */
  readonly #owners = new Map<string, Owner>();

  constructor(probes: readonly LockProbe[]) {
    this.#probes = probes;
  }

  get isOn(): boolean {
    return this.#probes.length > 0;
  }

  /** A call has begun, or is about to. Nobody's, without a name, frees a session of its actor. */
  note(runId: string, { actor, phase, span: { session } }: PassedSpan): void {
    if (!session || phase !== "before" || !this.isOn) return;
    const key = sessionKey(session);
    // The one that was not used for longest goes first.
    this.#owners.delete(key);
    if (actor === "") return;
    this.#owners.set(key, { runId, actor, session });
    const [oldest] = this.#owners.size > sessionsLimit ? this.#owners.keys() : [];
    if (oldest !== undefined) this.#owners.delete(oldest);
  }

  /** Nobody of that run owns anything any more. */
  forget(runId: string): void {
    for (const [key, owner] of this.#owners) if (owner.runId === runId) this.#owners.delete(key);
  }

  /**
   * Which of a run's calls wait now for locks of its other actors.
   * @throws {EnvironmentError} ProbeFailed
   */
  async ask(runId: string, calls: readonly PassedSpan[]): Promise<readonly LockWait[]> {
    const waits = this.#probes.map((probe) => this.#askOne(probe, runId, calls));
    return (await Promise.all(waits)).flat();
  }

  async #askOne(probe: LockProbe, runId: string, calls: readonly PassedSpan[]): Promise<readonly LockWait[]> {
    const asked = calls.flatMap((call) => {
      const { session } = call.span;
      return session && this.#isAsked(probe, session) ? [{ call, session }] : [];
    });
    if (asked.length === 0) return [];
    const told = await this.#waitsOf(probe, [...new Set(asked.map(({ session }) => session.id))]);
    return told.flatMap(({ id, lock, by }) =>
      asked
        .filter(({ session }) => session.id === id)
        .flatMap(({ call, session }) => {
          const owners = by
            .flatMap((owner) => this.#ownersOf(probe, { ...session, id: owner }))
            .filter((owner) => owner.runId === runId && owner.actor !== call.actor);
          const actors = [...new Set(owners.map(({ actor }) => actor))];
          const sessions = owners.map((owner) => owner.session);
          return actors.length > 0 ? [{ actor: call.actor, call, lock, by: actors, sessions }] : [];
        }),
    );
  }

  /** Whether the probe's server may be the session's: two processes may know one server by different addresses. */
  #isAsked({ system, address }: LockProbe, { system: itsSystem, server }: DatabaseSession): boolean {
    if (system !== itsSystem) return false;
    if (address === undefined || server === "" || address === server) return true;
    if (hostOf(address) === hostOf(server)) return false;
    return !this.#probes.some((it) => it.system === system && it.address === server);
  }

  // Who owns a session of the probe's server: one that is known by the address of who waits for it, before any other.
  #ownersOf(probe: LockProbe, session: DatabaseSession): readonly Owner[] {
    const same = this.#owners.get(sessionKey(session));
    if (same) return [same];
    return [...this.#owners.values()].filter((it) => it.session.id === session.id && this.#isAsked(probe, it.session));
  }

  async #waitsOf(probe: LockProbe, ids: readonly number[]): Promise<readonly SessionWait[]> {
    try {
      const waits = await waitAtMost(limitMs, probe.waits(ids));
      if (waits === "late") throw new Error(`no answer within ${limitMs} ms`);
      return waits;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new EnvironmentError("ProbeFailed", `The lock probe of ${probe.server} does not answer: ${reason}`, {
        cause: error,
      });
    }
  }
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}
