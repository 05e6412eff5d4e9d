// The starters of one run in action: what each has begun, and how it ended.
import { inspect } from "node:util";
import type { AdoptedActor } from "../core/model.js";
import type { RecordedActor } from "../report/recording.js";
import { waitAtMost } from "../waiting.js";
import { Actor } from "./actor.js";
import type { Begun, Starter } from "./starter.js";

/** Tells the coordinator that a starter has ended; an empty error means that it ended well. */
export type TellEnd = (name: string, error: string, called: readonly string[]) => Promise<void>;

export class Performances {
  readonly #starters: ReadonlyMap<string, Starter>;
  readonly #actors = new Map<string, Actor>();
  readonly #begun = new Map<string, Begun<unknown>>();
  readonly #thrown = new Map<string, unknown>();
  #ended = 0;

  constructor(starters: readonly Starter[]) {
    this.#starters = new Map(starters.map((starter) => [starter.name, starter]));
  }

  get names(): readonly string[] {
    return [...this.#starters.keys()];
  }

  /** The actors as an interleaving tells them. An adopted one has a trace of its own, which only its agent knows. */
  get recorded(): readonly RecordedActor[] {
    return [...this.#starters.values()].map(({ name, adopts }) => ({
      name,
      traceparent: adopts ? undefined : this.#actors.get(name)?.headers.traceparent,
    }));
  }

  /** Those that begin nothing themselves. */
  get adopted(): readonly AdoptedActor[] {
    return [...this.#starters.values()].flatMap(({ name, adopts }) => (adopts ? [{ actor: name, span: adopts }] : []));
  }

  identify(
    runId: string,
    identities: readonly { readonly actor: string; readonly traceparent: string; readonly baggage: string }[],
  ): void {
    for (const identity of identities) this.#actors.set(identity.actor, new Actor(identity.actor, runId, identity));
  }

  begin(name: string, tellEnd: TellEnd): void {
    const starter = this.#starters.get(name);
    const actor = this.#actors.get(name);
    if (!starter || !actor) return;
    const begun = beginSafely(starter, actor);
    this.#begun.set(name, begun);
    void begun.result.then(
      (result) => {
        this.#ended += 1;
        actor.noteEnd();
        return tellEnd(name, begun.faultOf(result) ?? "", actor.called);
      },
      (error: unknown) => {
        this.#ended += 1;
        this.#thrown.set(name, error);
        return tellEnd(name, describeError(error), actor.called);
      },
    );
  }

  /** How every starter ended, by name. Waits for those that still run. */
  async outcomes(): Promise<Record<string, PromiseSettledResult<unknown>>> {
    const entries = [...this.#begun].map(
      async ([name, { result }]) => [name, (await Promise.allSettled([result]))[0]] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** What the starter's function threw, if it did. */
  thrownBy(name: string): unknown {
    return this.#thrown.get(name);
  }

  /** The actor of that name, or all. */
  actors(name: string | undefined): readonly Actor[] {
    return [...this.#actors.values()].filter((actor) => name === undefined || actor.name === name);
  }

  /** True when nothing that was begun still runs. */
  get haveEnded(): boolean {
    return this.#ended === this.#begun.size;
  }

  /** Ends the processes, and gives the functions, which nobody can end from outside, so many milliseconds to end. */
  async stop(patienceMs: number): Promise<void> {
    await Promise.all([...this.#begun.values()].map(({ stop }) => stop()));
    if (!this.haveEnded) await waitAtMost(patienceMs, this.outcomes());
  }
}

function beginSafely(starter: Starter, actor: Actor): Begun<unknown> {
  try {
    return starter.begin(actor);
  } catch (error) {
    return { result: Promise.reject(error), faultOf: () => undefined, stop: async () => {} };
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`;
}
