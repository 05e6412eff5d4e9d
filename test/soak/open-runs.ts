// The runs that a coordinator has open, as it tells them to whoever watches.
import type { Operator, Watch } from "../../dist/runner/operator.js";

export class OpenRuns {
  readonly #open = new Map<string, readonly string[]>();
  readonly #watch: Watch;

  constructor(operator: Operator) {
    this.#watch = operator.watch((seen) => {
      for (const it of seen) {
        if (it.type === "runOpened") this.#open.set(it.runId, it.starters);
        if (it.type === "runClosed") this.#open.delete(it.runId);
      }
    });
  }

  /** In words. */
  get all(): readonly string[] {
    return [...this.#open].map(([id, starters]) => `run ${id} of ${starters.join(", ")} is open`);
  }

  stop(): void {
    this.#watch.stop();
  }
}
