// What a run tells of its core's outputs: its test as events, in sequence and with their times, and those who look on.
import type { Happening } from "../core/happenings.js";
import type { Output } from "../core/messages.js";
import type { Arrival } from "../core/model.js";
import { now, wallClock } from "../real-time.js";
import type { RunContext } from "./run-context.js";
import { ToldSpans } from "./told-spans.js";
import type { Standing } from "./watchers.js";

/** The outputs that something has happened by. */
type News = Exclude<Output, { readonly type: "turn" | "probe" | "progress" | "sync" | "answer" }>;

export class RunNews {
  readonly #runId: string;
  readonly #context: Pick<RunContext, "tell" | "watchers">;
  readonly #openedAt = now();
  /** When holds came to stand, as Date.now() tells it. */
  readonly #since = new WeakMap<Arrival, number>();
  readonly #spans = new ToldSpans();
  /** When an actor began to wait for a lock, as it was told; by the actor. */
  readonly #blockedAt = new Map<string, number>();
  #sequence = 0;

  constructor(runId: string, context: Pick<RunContext, "tell" | "watchers">) {
    this.#runId = runId;
    this.#context = context;
  }

  /** Of the last event. */
  get sequence(): number {
    return this.#sequence;
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  sinceOpenedMs(): number {
    return now() - this.#openedAt;
  }

  standing(arrival: Arrival): Standing {
    return { runId: this.#runId, arrival, sinceMs: this.#since.get(arrival) ?? wallClock() };
  }

  tell(news: News): void {
    switch (news.type) {
      case "begin":
      case "stalled":
      case "drained":
      case "ended":
      case "reached":
      case "failed":
        return this.#tell(news);
      case "blocked": {
        const { actor } = news.wait;
        const atMs = now();
        this.#blockedAt.set(actor, atMs);
        return this.#tell({ ...news, actor }, atMs);
      }
      case "freed": {
        const { actor, atMs = now() } = news;
        // The call may have ended while the probe was asked, and that is told only now: no wait ends before it begins.
        return this.#tell({ type: "freed", actor }, Math.max(atMs, this.#blockedAt.get(actor) ?? 0));
      }
      case "passed": {
        const { passed } = news;
        if (this.#spans.take(passed)) this.#tell({ ...news, actor: passed.actor }, passed.atMs);
        return;
      }
      case "held":
        this.#since.set(news.arrival, wallClock());
        this.#spans.note(news.arrival);
        this.#tell({ ...news, actor: news.arrival.actor });
        return this.#context.watchers.tell({ type: "held", standing: this.standing(news.arrival) });
      case "withdrawn": {
        const { type, arrival, reason } = news;
        this.#tell({ ...news, actor: arrival.actor });
        return this.#context.watchers.tell({ type, reason, standing: this.standing(arrival) });
      }
      case "release": {
        const { arrival, passed } = news;
        // Nothing has held it there: that it passed is told by another output.
        if (passed) return;
        this.#tell({ type: "released", actor: arrival.actor, arrival });
        return this.#context.watchers.tell({ type: "released", standing: this.standing(arrival) });
      }
    }
  }

  #tell(happening: Happening, atMs = now()): void {
    this.#context.tell({ ...happening, atMs: Math.max(0, atMs - this.#openedAt) }, this.nextSequence());
  }
}
