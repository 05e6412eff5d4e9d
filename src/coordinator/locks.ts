// Which calls of actors wait for locks of other actors: what the probes tell of sessions, in the actors' names.
import { EnvironmentError } from "../core/errors.js";
import type { LockProbe, SessionWait } from "../core/lock-probe.js";
import type { LockWait, PassedSpan } from "../core/model.js";
import { waitAtMost } from "../waiting.js";

/** The longest that a probe may take to answer, in milliseconds. */
const limitMs = 10_000;
/** Of so many sessions it is remembered who used them last. */
const sessionsLimit = 10_000;

export class Locks {
  readonly #probes: readonly LockProbe[];
  /** Whose call a session served last, by {@link keyOf}. What it has locked stays its own until it serves another's. */
  readonly #owners = new Map<string, { readonly runId: string; readonly actor: string }>();

  constructor(probes: readonly LockProbe[]) {
    this.#probes = probes;
  }

  get isOn(): boolean {
    return this.#probes.length > 0;
  }

  /** A call has begun, or is about to. */
  note(runId: string, { actor, phase, span: { session } }: PassedSpan): void {
    if (!session || phase !== "before" || !this.isOn) return;
    const key = keyOf(session.system, session.id);
    // The one that was not used for longest goes first.
    this.#owners.delete(key);
    this.#owners.set(key, { runId, actor });
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
    const asked = new Map(
      calls.flatMap((call) => (call.span.session?.system === probe.system ? [[call.span.session.id, call]] : [])),
    );
    if (asked.size === 0) return [];
    const told = await this.#waitsOf(probe, [...asked.keys()]);
    return told.flatMap(({ id, lock, by }) => {
      const call = asked.get(id);
      const owners = by.flatMap((session) => this.#owners.get(keyOf(probe.system, session)) ?? []);
      const names = owners.filter((owner) => owner.runId === runId && owner.actor !== call?.actor);
      const actors = [...new Set(names.map(({ actor }) => actor))];
      const sessions = by.map((session) => ({ system: probe.system, id: session }));
      return call && actors.length > 0 ? [{ actor: call.actor, call, lock, by: actors, sessions }] : [];
    });
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

function keyOf(system: string, id: number): string {
  return `${system} ${id}`;
}
