import { type InspectOptions, inspect } from "node:util";
import type { Entry } from "../core/happenings.js";
import { reportOf } from "./build.js";
import { renderLanes } from "./lanes.js";
import { renderMermaid } from "./mermaid.js";
import { renderOtlp } from "./otlp.js";
import { type PageOptions, renderPage } from "./page.js";
import type { Recording } from "./recording.js";
import type { Report } from "./report.js";

/** The recorded interleaving of a run: data in `entries`, and views of it. */
export class Interleaving {
  /** The actors' names, in the runner's sequence: one lane each. */
  readonly actors: readonly string[];
  /** What happened, oldest first. Of spans that passed 10,000 starts and ends a run are told. */
  readonly entries: readonly Entry[];
  readonly #recording: Recording;

  /** @internal */
  constructor(recording: Recording) {
    this.actors = recording.actors.map(({ name }) => name);
    this.entries = recording.entries.toSorted((one, other) => one.atMs - other.atMs);
    this.#recording = { ...recording, entries: this.entries };
  }

  /** Lanes of text: one column an actor, time downwards in milliseconds since the run was opened. */
  toString(): string {
    return renderLanes(this.toJSON());
  }

  /** Lanes of text, in colours where `console.log` has them: on a terminal. */
  [inspect.custom](_depth: number, { colors }: InspectOptions): string {
    return renderLanes(this.toJSON(), { colors: colors ?? false });
  }

  /** Spans with their pauses and waits, an actor each; what `JSON.stringify` writes. docs/interleaving.schema.json. */
  toJSON(): Report {
    return reportOf(this.#recording);
  }

  /**
   * One self-contained HTML page with all of it, for a browser: it loads nothing, so a file will do.
   * @param options.title whose run it is, such as a test's name; the actors' names by default
   */
  toHtml(options?: PageOptions): string {
    return renderPage(this.toJSON(), options);
  }

  /**
   * A Mermaid sequence diagram: actors, services, and what these call. Shows the calls between them and what was held
   * or waited there, up to 300 lines of it.
   */
  toMermaid(): string {
    return renderMermaid(this.toJSON());
  }

  /**
   * OTLP/JSON, as `POST /v1/traces` of a collector, Jaeger or Tempo takes it: one trace with all actors' spans under
   * their actors. What the run held and what waited for locks are spans of the service `spangate`.
   */
  toOtlp(): string {
    return renderOtlp(this.toJSON());
  }
}
