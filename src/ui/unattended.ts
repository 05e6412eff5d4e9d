// A step that waits for a hand while no page is open: a run that stands still, and nobody sees why. Somebody is told, but
// for the moment in which a page is loaded anew, or turns to another run.
import type { RunnerCalls } from "../coordinator/runner-calls.js";
import { clearTimeout, setTimeout } from "../real-time.js";
import type { SeenStep } from "../wire/steps.js";
import { watchedFromWire } from "../wire/watching.js";

/** A run whose step waits. */
export interface WaitingRun {
  readonly runId: string;
  readonly starters: readonly string[];
}

/** How long a page may be away, in milliseconds. */
const reloadMs = 2_000;

export class Unattended {
  readonly #tell: (run: WaitingRun) => void;
  readonly #starters = new Map<string, readonly string[]>();
  readonly #waiting = new Map<string, SeenStep>();
  readonly #unwatch: () => void;
  #pages = 0;
  #away: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(calls: Pick<RunnerCalls, "watch">, tell: (run: WaitingRun) => void = () => {}) {
    this.#tell = tell;
    this.#unwatch = calls.watch(
      { closed: false },
      {
        onEvents: (events) => {
          for (const seen of events.flatMap(watchedFromWire)) {
            if (seen.type === "runOpened") this.#starters.set(seen.runId, seen.starters);
            if (seen.type === "runClosed") this.#forget(seen.runId);
            if (seen.type === "step") this.#note(seen.step);
          }
        },
        onEnd: () => {},
      },
    );
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#away);
    this.#unwatch();
  }

  open(): void {
    this.#pages += 1;
    clearTimeout(this.#away);
    this.#away = undefined;
  }

  close(): void {
    this.#pages -= 1;
    if (this.#pages > 0 || this.#isOver) return;
    this.#away = setTimeout(() => {
      this.#away = undefined;
      for (const runId of this.#waiting.keys()) this.#tellOf(runId);
    }, reloadMs).unref();
  }

  #note(step: SeenStep): void {
    if (step.state !== "person") return void this.#waiting.delete(step.runId);
    this.#waiting.set(step.runId, step);
    if (this.#pages === 0 && this.#away === undefined) this.#tellOf(step.runId);
  }

  #forget(runId: string): void {
    this.#starters.delete(runId);
    this.#waiting.delete(runId);
  }

  #tellOf(runId: string): void {
    if (!this.#isOver) this.#tell({ runId, starters: this.#starters.get(runId) ?? [] });
  }
}
