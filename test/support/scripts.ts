// Processes that a test starts itself, beside those that a gateway starts.
import { type ChildProcess, spawn } from "node:child_process";

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Script {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  readonly #output = { stdout: "", stderr: "" };

  constructor(
    [file = "", ...args]: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
    cwd?: string,
    /** What it reads: nothing by default. */
    input: "nothing" | "lines" = "nothing",
  ) {
    const stdin = input === "lines" ? "pipe" : "ignore";
    this.#process = spawn(file, args, { env: { ...process.env, ...env }, cwd, stdio: [stdin, "pipe", "pipe"] });
    this.pid = this.#process.pid ?? 0;
    const output = this.#output;
    for (const name of ["stdout", "stderr"] as const) {
      this.#process[name]?.setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    this.ended = promise;
    this.#process.on("error", reject);
    this.#process.on("close", (exitCode, signal) => resolve({ exitCode, signal, ...output }));
  }

  /** The first group of a pattern, as soon as the output has it. Fails when the process ends without it. */
  async said(pattern: RegExp, from: "stdout" | "stderr" = "stdout"): Promise<string> {
    const output = this.#process[from];
    for (;;) {
      const [, found] = pattern.exec(this.#output[from]) ?? [];
      if (found !== undefined) return found;
      const more = new Promise<undefined>((resolve) => output?.once("data", () => resolve(undefined)));
      const ended = await Promise.race([more, this.ended]);
      if (ended) throw new Error(`It ended without ${pattern}:\n${ended.stdout}${ended.stderr}`);
    }
  }

  /** Writes a line to a process that reads lines. */
  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It may be stopped, or ended long ago.
    this.kill("SIGKILL");
    await this.ended;
  }
}
