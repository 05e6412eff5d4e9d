// What a running scenario has: databases, services, and the values that texts may name.
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
  readonly services = new Map<string, Pick<Service, "url"> & Partial<Pick<Service, "pid">>>();
  gateway: Gateway | undefined;

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
      const { url } = this.services.get(of) ?? {};
      if (url === undefined) throw new Error(`There is no service ${of}.`);
      return key === "url" ? url : new URL(url).port;
    });
  }

  /** `FILE:LINE:COLUMN` of a value. */
  placeOf(...path: Path): string {
    const { root, source } = this.read;
    return placeIn(source, (nodeAt(root, ...path) ?? root).span);
  }

  /** Waits for something, unless the run is not wanted any more. */
  async until<T>(promise: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(this.signal.reason);
    this.signal.addEventListener("abort", abort);
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      this.signal.removeEventListener("abort", abort);
      // Whoever lost the race may still fail.
      promise.catch(() => {});
    }
  }
}
