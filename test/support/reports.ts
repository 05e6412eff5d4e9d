// What the processes of a test have come to. They write it to a file, so that a thread can tell it right before it is
// held, and a grandchild as well as a child.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sweep } from "./pids.ts";
import { until } from "./until.ts";

export interface Report {
  readonly event: string;
  readonly pid: number;
  /** The shell in front of it; 0 without one. */
  readonly shell: number;
  readonly [fact: string]: unknown;
}

/** Reads what others write; see {@link Reports}. */
export class ReportReader {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  get all(): readonly Report[] {
    try {
      const lines = readFileSync(this.#file, "utf8").split("\n");
      // The last line may be half written.
      return lines.slice(0, -1).map((line) => JSON.parse(line) as Report);
    } catch {
      return [];
    }
  }

  /** Every process that has told anything, and the shell of the test in front of it. */
  get pids(): readonly number[] {
    return [...new Set(this.all.flatMap(({ pid, shell }) => (shell > 1 ? [pid, shell] : [pid])))];
  }

  /** Resolves when so many processes have told the event. */
  async until(event: string, count = 1): Promise<readonly Report[]> {
    return await until(`${count} × "${event}", so far ${this.all.map((it) => it.event).join(", ")}`, () => {
      const told = this.all.filter((it) => it.event === event);
      return told.length >= count ? told : undefined;
    });
  }

  async first(event: string): Promise<Report> {
    const [report] = await this.until(event);
    if (!report) throw new Error("unreachable");
    return report;
  }
}

/** A file of reports that a test owns. What has told there does not outlive it. */
export class Reports extends ReportReader {
  readonly env: { readonly REPORT_FILE: string };
  readonly #folder: string;
  #mine = true;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "reports-"));
    const file = join(folder, "reports.jsonl");
    super(file);
    this.#folder = folder;
    this.env = { REPORT_FILE: file };
  }

  /** What has told so far is left alone at the end. */
  forget(): void {
    this.#mine = false;
  }

  [Symbol.dispose](): void {
    if (this.#mine) sweep(this.pids);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
