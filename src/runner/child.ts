// A spawned process with its output kept, and the sure way to end it.
import { type ChildProcess, spawn } from "node:child_process";
import { UsageError } from "../core/errors.js";
import type { Environment } from "./environment.js";

/** How a process ended. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly cwd?: string | undefined;
  readonly env: Environment;
}

const outputLimit = 1 << 20;
const children = new Set<Child>();

/** Ends every child of this process when it exits, whatever way it took. */
process.on("exit", () => {
  for (const child of children) child.signal("SIGKILL");
});

export class Child {
  readonly pid: number | undefined;
  /** Settles when the process has ended and its output is complete. Rejects when it could not be started. */
  readonly exit: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #output: Record<"stdout" | "stderr" | "both", string> = { stdout: "", stderr: "", both: "" };
  readonly #listeners = new Set<() => void>();
  #ended = false;

  constructor([file, ...args]: readonly string[], { cwd, env }: ChildOptions) {
    if (!file)
      throw new UsageError(
        "BadOption",
        'A command must be a list of words, such as ["node", "server.js"]; it is empty.',
      );
    // A group of its own, so that a shell's or npm's children end with it.
    this.#process = spawn(file, args, {
      cwd,
      env,
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = this.#process.pid;
    for (const name of ["stdout", "stderr"] as const) {
      this.#process[name]?.setEncoding("utf8").on("data", (text: string) => this.#keep(name, text));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Exit>();
    this.exit = promise;
    promise.catch(() => {});
    if (this.pid !== undefined) children.add(this);
    this.#process.on("error", reject);
    this.#process.on("exit", () => {
      this.#ended = true;
      children.delete(this);
    });
    this.#process.on("close", (exitCode, signal) => resolve({ exitCode, signal }));
  }

  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** Both outputs as they came. The last mebibyte is kept. */
  get output(): string {
    return this.#output.both;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Calls back at every new piece of output. Returns what takes the call back. */
  onOutput(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined || this.#ended) return;
    try {
      if (process.platform === "win32") this.#process.kill(signal);
      else process.kill(-this.pid, signal);
    } catch {
      // It ended in between.
    }
  }

  /** SIGTERM, and SIGKILL when it has not ended after the time. Resolves when the process is gone. */
  async stop(graceMs: number): Promise<void> {
    if (this.#ended || this.pid === undefined) return;
    const gone = this.exit.then(
      () => {},
      () => {},
    );
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await gone;
    clearTimeout(timer);
  }

  #keep(name: "stdout" | "stderr", text: string): void {
    for (const it of [name, "both"] as const) this.#output[it] = (this.#output[it] + text).slice(-outputLimit);
    for (const listener of this.#listeners) listener();
  }
}
