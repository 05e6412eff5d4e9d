// One run as its events make it: who stands where, what was reached, and every event as a row of the lanes.
import type { LiveCheckpoint, LiveEvent, LivePlace, LiveRun } from "../../../src/ui/protocol.ts";

/** An actor that stands at a gate. */
export interface Hold {
  /** Its name among all holds. */
  readonly key: string;
  readonly instance: string;
  readonly id: number;
  readonly actor: string;
  readonly place: LivePlace;
  readonly checkpoint: number;
  /** Since when, in milliseconds since the run was opened. */
  readonly atMs: number;
}

/** What an actor does over some rows of the lanes. */
export interface Stretch {
  readonly state: "moves" | "stands" | "waits";
  /** The first row, counted from the run's first. */
  from: number;
  /** Behind the last one; `null` where it goes on. */
  to: number | null;
}

export interface ActorView {
  readonly name: string;
  life: "waiting" | "running" | "ended";
  error: string | null;
  readonly holds: Map<string, Hold>;
  wait: { readonly by: readonly string[]; readonly lock: string } | null;
  readonly stretches: Stretch[];
}

/** Rows that are kept: more than the coordinator keeps, and nothing that a page cannot carry. */
export const rowLimit = 20_000;

export class RunView {
  readonly run: LiveRun;
  readonly actors: ReadonlyMap<string, ActorView>;
  /** By a checkpoint's index: false for one that did not come. */
  readonly reached = new Map<number, boolean>();
  failure: Extract<LiveEvent, { readonly type: "failed" }> | null = null;
  isOver = false;
  #rows: LiveEvent[] = [];
  #forgotten = 0;
  /** The first step of the order that was not returned. */
  #position = 0;

  constructor(run: LiveRun) {
    this.run = run;
    this.actors = new Map(
      run.starters.map((name) => [
        name,
        { name, life: "waiting", error: null, holds: new Map(), wait: null, stretches: [] },
      ]),
    );
  }

  get rows(): readonly LiveEvent[] {
    return this.#rows;
  }

  /** How many rows there were before the first one that is kept. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** How many things happened that are not shown. */
  get missed(): number {
    return this.run.missed + this.#forgotten;
  }

  /** The first step of the order that was not reached. */
  get position(): number {
    return this.#position;
  }

  get holds(): readonly Hold[] {
    return [...this.actors.values()].flatMap(({ holds }) => [...holds.values()]);
  }

  /** The checkpoints that come next. */
  get next(): readonly LiveCheckpoint[] {
    return this.run.order.filter(({ step }) => step === this.#position);
  }

  /** Whoever was under way in it is so no more. */
  get isDead(): boolean {
    return this.failure !== null || this.isOver;
  }

  add(events: readonly LiveEvent[]): void {
    for (const event of events) {
      if (event.type === "passed" && event.atMs < (this.#rows.at(-1)?.atMs ?? 0)) this.#insert(event);
      else {
        this.#rows.push(event);
        this.#take(event);
      }
    }
    const tooMany = this.#rows.length - rowLimit;
    if (tooMany > 0) {
      this.#rows = this.#rows.slice(tooMany);
      this.#forgotten += tooMany;
    }
  }

  // Spans that passed are told late. They change nothing but where the others' rows are.
  #insert(event: LiveEvent): void {
    const at = this.#rows.findLastIndex(({ atMs }) => atMs <= event.atMs) + 1;
    this.#rows.splice(at, 0, event);
    for (const { stretches } of this.actors.values()) {
      for (const stretch of stretches.toReversed()) {
        if (stretch.to !== null && stretch.to < this.#forgotten + at) break;
        if (stretch.to !== null) stretch.to += 1;
        if (stretch.from >= this.#forgotten + at) stretch.from += 1;
      }
    }
  }

  #take(event: LiveEvent): void {
    const actor = event.actor === null ? undefined : this.actors.get(event.actor);
    switch (event.type) {
      case "begin":
        if (actor) actor.life = "running";
        break;
      case "held": {
        const { place, id, checkpoint, atMs } = event;
        const key = keyOf(place.instance, id);
        const { instance } = place;
        actor?.holds.set(key, { key, instance, id, actor: actor.name, place, checkpoint, atMs });
        break;
      }
      case "released":
      case "withdrawn":
        actor?.holds.delete(keyOf(event.place.instance, event.id));
        break;
      case "blocked":
        if (actor) actor.wait = { by: event.by, lock: event.lock };
        break;
      case "freed":
        if (actor) actor.wait = null;
        break;
      case "ended":
        if (actor) Object.assign(actor, { life: "ended", error: event.error, wait: null });
        break;
      case "reached":
        for (const { checkpoint, isReached } of event.reached) {
          this.reached.set(checkpoint, isReached);
          this.#position = Math.max(this.#position, (this.run.order[checkpoint]?.step ?? -1) + 1);
        }
        break;
      case "failed":
        this.failure = event;
        break;
      case "passed":
      case "drained":
      case "stalled":
        break;
    }
    if (actor) note(actor, this.#forgotten + this.#rows.length - 1);
  }
}

/** What the actor does now, if it does anything. */
export function stateOf({ life, holds, wait }: ActorView): Stretch["state"] | undefined {
  if (holds.size > 0) return "stands";
  if (wait) return "waits";
  return life === "running" ? "moves" : undefined;
}

function note(actor: ActorView, row: number): void {
  const last = actor.stretches.at(-1);
  const state = stateOf(actor);
  if (last?.to === null && last.state === state) return;
  if (last?.to === null) last.to = row;
  if (state) actor.stretches.push({ state, from: row, to: null });
}

function keyOf(instance: string, id: number): string {
  return `${instance} ${id}`;
}
