// What a running scenario has: databases, services, and the values that texts may name.
import { UsageError } from "../../core/errors.js";
import type { Gateway } from "../../runner/gateway.js";
import type { Service } from "../../runner/service.js";
import type { Database } from "../databases/database.js";
import { placeIn } from "../file/mistake.js";
import { nodeAt, type Path } from "../file/tree.js";
import type { ReadScenario } from "../read.js";
import { fillAll } from "../template.js";
import type { Tell } from "./events.js";

export class Stage {
  readonly read: ReadScenario;
  readonly tell: Tell;
  /** Ends what waits, when the run is not wanted any more. */
  readonly signal: AbortSignal;
  /** How long one query or one call may take. */
  readonly limitMs: number;
  readonly databases = new Map<string, Database>();
  /** Where services are, by their keys; of some nobody has told. */
  readonly services = new Map<string, string | undefined>();
  /** Those that it has started, by their keys. */
  readonly spawned = new Map<string, Service>();
  /** Ends the calls of starters, which nobody answers any more when the run is over. */
  readonly over = new AbortController();
  gateway: Gateway | undefined;
  /** What of the file is under way; `undefined` where no one part of it is. */
  at: Path | undefined;

  constructor(read: ReadScenario, tell: Tell, signal: AbortSignal) {
    this.read = read;
    this.tell = tell;
    this.signal = signal;
    this.limitMs = read.scenario.options?.stepTimeoutMs ?? 5_000;
  }

  /** The one that is named, or the only one. */
  database(name: string | undefined): Database {
    const [only] = this.databases.values();
    const database = name === undefined ? only : this.databases.get(name);
    if (!database) throw new Error(`There is no database ${name ?? ""}.`);
    return database;
  }

  /** Puts in what is known of services by now. */
  fill<T>(value: T): T {
    return fillAll(value, (of, key) => {
      const url = this.services.get(of);
      if (url === undefined)
        throw this.wrong(
          ["services", of],
          `the ${key} of "${of}" is not known: what its ready expression captured is no number.`,
        );
      return key === "url" ? url : new URL(url).port;
    });
  }

  /** An error of the file that shows only now, at that place. */
  wrong(at: Path, message: string): UsageError {
    this.at = at;
    return new UsageError("BadOption", message);
  }

  /** `FILE:LINE:COLUMN` of a value. */
  placeOf(...path: Path): string {
    const { root, source } = this.read;
    return placeIn(source, (nodeAt(root, ...path) ?? root).span);
  }

  /** Waits for something, unless the run is not wanted any more. */
  async until<T>(promise: Promise<T>): Promise<T> {
    // Whoever loses the race may still fail.
    promise.catch(() => {});
    this.signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(this.signal.reason);
    this.signal.addEventListener("abort", abort);
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      this.signal.removeEventListener("abort", abort);
    }
  }
}
