// The events of one run: they become entries of the interleaving, and beginnings of starters.
import type { Entry } from "../core/happenings.js";
import type { Checkpoint } from "../core/model.js";
import type { Opened, RunEvent } from "../gen/spangate/v1/runner.js";
import { wallClock } from "../real-time.js";
import type { StatusReply } from "../wire/failure.js";
import type { RunListener } from "../wire/runner-port.js";
import { entryFromWire } from "../wire/runs.js";

export interface RunStreamHandlers {
  readonly onBegin: (actor: string) => void;
  readonly errorOf: (error: StatusReply) => Error;
}

export class RunStream {
  /** Settles with the run's id and identities, when every agent has its rules. */
  readonly opened: Promise<Opened>;
  readonly entries: Entry[] = [];
  /** As Date.now() tells it; absent before. */
  openedAtMs: number | undefined;
  /** What has broken it, if anything has. */
  broken: Error | undefined;
  readonly #cancel: () => void;
  readonly #checkpoints: readonly Checkpoint[];
  readonly #handlers: RunStreamHandlers;
  readonly #waiting = new Set<{ readonly sequence: number; readonly resolve: () => void }>();
  #sequence = 0;
  #ended = false;

  /** @param open opens the run, and gives what ends its lease */
  constructor(
    open: (listener: RunListener) => () => void,
    checkpoints: readonly Checkpoint[],
    handlers: RunStreamHandlers,
  ) {
    this.#checkpoints = checkpoints;
    this.#handlers = handlers;
    const { promise, resolve, reject } = Promise.withResolvers<Opened>();
    this.opened = promise;
    this.#cancel = open({
      onEvents: (events) => {
        for (const event of events) this.#receive(event, resolve);
      },
      onError: (error) => {
        this.broken = handlers.errorOf(error);
        this.#end();
        reject(this.broken);
      },
      onEnd: () => this.#end(),
    });
  }

  /** Resolves when the stream has come to this event, or has ended. */
  async reach(sequence: number): Promise<void> {
    if (this.#ended || sequence <= this.#sequence) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add({ sequence, resolve });
    await promise;
  }

  cancel(): void {
    this.#cancel();
  }

  #receive(told: RunEvent, opened: (value: Opened) => void): void {
    const { event, sequence } = told;
    if (event?.$case === "opened") {
      this.openedAtMs = wallClock() - told.atMs;
      opened(event.value);
    }
    const entry = entryFromWire(told, this.#checkpoints);
    if (entry) this.entries.push(entry);
    this.#sequence = sequence;
    for (const waiting of this.#waiting) {
      if (waiting.sequence <= sequence) this.#wake(waiting);
    }
    if (event?.$case === "begin") this.#handlers.onBegin(event.value.actor);
  }

  #end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting) this.#wake(waiting);
  }

  #wake(waiting: { readonly sequence: number; readonly resolve: () => void }): void {
    this.#waiting.delete(waiting);
    waiting.resolve();
  }
}
