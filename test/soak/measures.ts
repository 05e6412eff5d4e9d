// What processes keep: descriptors, resident memory, and heap after garbage collection, at quiet moments.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { until } from "../support/until.ts";

export interface Sample {
  readonly heap: number;
  readonly rss: number;
  readonly descriptors: number;
}

const mebibyte = 1 << 20;

/** How much more a process may have at the end than when it was warm. */
export const tolerance = {
  /** A fifth, and 6 MiB for caches that fill. */
  heap: (warm: number) => warm * 1.2 + 6 * mebibyte,
  /** V8 keeps pages that it once needed: a coordinator's levels out within 1,500 runs, some 130 MiB above its start. */
  rss: (warm: number) => warm + 160 * mebibyte,
  /** A pool of 10 connections may have been opened since. */
  descriptors: (warm: number) => warm + 12,
} as const;

export class Measures {
  readonly #file: string;
  readonly #series = new Map<number, { readonly name: string; readonly samples: Sample[] }>();

  constructor(file: string) {
    this.#file = file;
    writeFileSync(file, "");
  }

  /** Asks all of them, which have the preload. */
  async take(processes: ReadonlyMap<number, string>): Promise<void> {
    writeFileSync(this.#file, "");
    for (const pid of processes.keys()) process.kill(pid, "SIGUSR2");
    const heaps = await until("every process has measured its heap", () => {
      const told = this.#told();
      return [...processes.keys()].every((pid) => told.has(pid)) ? told : undefined;
    });
    for (const [pid, name] of processes) {
      const series = this.#series.get(pid) ?? { name, samples: [] };
      series.samples.push({ heap: heaps.get(pid) ?? 0, rss: rssOf(pid), descriptors: descriptorsOf(pid) });
      this.#series.set(pid, series);
    }
  }

  /** The last sample of a process, in words. */
  lastOf(pid: number): string {
    const last = this.#series.get(pid)?.samples.at(-1);
    if (!last) return "not measured";
    return `heap ${told("heap", last.heap)}, rss ${told("rss", last.rss)}, ${last.descriptors} descriptors`;
  }

  /** Of every process that lives and was measured at least twice: when it was warm, and now. */
  compare(living: ReadonlyMap<number, string>): readonly Comparison[] {
    return [...living.keys()].flatMap((pid) => {
      const { name = "", samples = [] } = this.#series.get(pid) ?? {};
      const [warm] = samples;
      const now = samples.at(-1);
      return warm && now && samples.length > 1 ? [{ pid, name, warm, now, samples: samples.length }] : [];
    });
  }

  #told(): ReadonlyMap<number, number> {
    const lines = readFileSync(this.#file, "utf8").split("\n").slice(0, -1);
    return new Map(lines.map((line) => JSON.parse(line)).map(({ pid, heap }) => [pid, heap]));
  }
}

export interface Comparison {
  readonly pid: number;
  readonly name: string;
  readonly warm: Sample;
  readonly now: Sample;
  readonly samples: number;
}

/** What grew beyond the tolerance. */
export function growthOf({ name, pid, warm, now }: Comparison): readonly string[] {
  return (["heap", "rss", "descriptors"] as const)
    .filter((what) => now[what] > tolerance[what](warm[what]))
    .map((what) => `${name} (pid ${pid}): ${what} grew from ${told(what, warm[what])} to ${told(what, now[what])}`);
}

export function told(what: keyof Sample, value: number): string {
  return what === "descriptors" ? String(value) : `${(value / mebibyte).toFixed(1)} MiB`;
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function rssOf(pid: number): number {
  const [, kibibytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}
