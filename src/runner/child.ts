// A spawned process with its output kept, and the sure way to end it.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { UsageError } from "../core/errors.js";
import { waitAtMost } from "../waiting.js";
import type { Environment } from "./environment.js";
import { guardGroups, startGuard } from "./guard.js";
import { lastLines } from "./last-lines.js";

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

/** Ends every child of this process when it exits; where it cannot exit in order, the guard does. */
process.on("exit", () => {
  for (const child of children) child.signal("SIGKILL");
});

function keep(child: Child): void {
  children.add(child);
  tellGuard();
}

function forget(child: Child): void {
  if (children.delete(child)) tellGuard();
}

function tellGuard(): void {
  guardGroups([...children].flatMap(({ pid }) => pid ?? []));
}

export class Child {
  readonly pid: number | undefined;
  /** Settles when the process has ended and its output is complete. Rejects when it could not be started. */
  readonly exit: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #output: Record<"stdout" | "stderr" | "both", string> = { stdout: "", stderr: "", both: "" };
  readonly #listeners = new Set<() => void>();
  readonly #leaderEnd = Promise.withResolvers<void>();
  #ended = false;

  constructor([file, ...args]: readonly string[], { cwd, env }: ChildOptions) {
    if (!file)
      throw new UsageError(
        "BadOption",
        'A command must be a list of words, such as ["node", "server.js"]; it is empty.',
      );
    startGuard();
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
    if (this.pid !== undefined) keep(this);
    this.#process.on("error", (error) =>
      reject(cwd && !existsSync(cwd) ? new Error(`there is no folder ${cwd}`) : error),
    );
    this.#process.on("exit", () => {
      this.#ended = true;
      if (this.#isGone()) forget(this);
      this.#leaderEnd.resolve();
    });
    this.#process.on("close", (exitCode, signal) => {
      if (this.#isGone()) forget(this);
      resolve({ exitCode, signal });
    });
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

  /** The end of its output as part of a message. */
  describeOutput(): string {
    const tail = lastLines(this.output, 30).join("\n  ");
    return tail === "" ? "It has written nothing." : `Its output ends with:\n  ${tail}`;
  }

  /** Calls back at every new piece of output. Returns what takes the call back. */
  onOutput(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Signals it and its children, also when it has ended and they have not. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined || !children.has(this)) return;
    try {
      if (process.platform === "win32") this.#process.kill(signal);
      else process.kill(-this.pid, signal);
    } catch {
      // They ended in between.
    }
  }

  /**
   * SIGTERM to it and its children, and SIGKILL to whoever has not ended after the time. Resolves when it is gone. A
   * child that outlives it counts as ended as soon as it has closed its output.
   */
  async stop(graceMs: number): Promise<void> {
    if (!children.has(this)) return;
    this.signal("SIGTERM");
    await waitAtMost(
      graceMs,
      this.exit.catch(() => {}),
    );
    this.signal("SIGKILL");
    await this.#leaderEnd.promise;
    forget(this);
    // Whoever left the group may keep the output open for ever.
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
  }

  /** True when nobody of its group is left; what has ended counts until it is reaped. */
  #isGone(): boolean {
    if (!this.#ended) return false;
    if (this.pid === undefined || process.platform === "win32") return true;
    try {
      process.kill(-this.pid, 0);
      return false;
    } catch {
      return true;
    }
  }

  #keep(name: "stdout" | "stderr", text: string): void {
    for (const it of [name, "both"] as const) this.#output[it] = (this.#output[it] + text).slice(-outputLimit);
    for (const listener of this.#listeners) listener();
  }
}
