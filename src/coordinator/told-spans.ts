// Which spans of a run are told to its test: a flood must not fill the test's memory. Without its end a span whose start
// was told would seem to go on for ever, so that is told however many there were.
import type { Arrival, PassedSpan } from "../core/model.js";

/** After so many starts and ends of spans that passed no new span is told. */
const passedLimit = 10_000;

export class ToldSpans {
  /** Those whose starts were told, and whose ends were not. */
  readonly #open = new Set<string>();
  #passed = 0;

  /** A span passed. True when that is to be told. */
  take(passed: PassedSpan): boolean {
    this.#passed += 1;
    const isAwaited = passed.phase === "after" && this.#open.has(passed.span.spanId);
    if (this.#passed > passedLimit && !isAwaited) return false;
    this.note(passed);
    return true;
  }

  /** A start or an end is told, whatever else was. */
  note({ phase, span: { spanId } }: PassedSpan | Arrival): void {
    if (phase === "before") this.#open.add(spanId);
    else this.#open.delete(spanId);
  }
}
