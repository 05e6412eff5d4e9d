// The processes of the tests. One that dies, as some scenarios want it to, is followed by another.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { News, Task } from "./runner.ts";

export type Outcome =
  | { readonly type: "killed" }
  | { readonly type: "done"; readonly code: string; readonly message: string };

export class Runners {
  readonly #env: Readonly<Record<string, string>>;
  readonly #processes: ChildProcess[] = [];

  private constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** @param env tells them where the coordinator is */
  static async start(count: number, env: Readonly<Record<string, string>>): Promise<Runners> {
    const runners = new Runners(env);
    await Promise.all(Array.from({ length: count }, (_, at) => runners.#start(at)));
    return runners;
  }

  /** pid → name. */
  get pids(): ReadonlyMap<number, string> {
    return new Map(this.#processes.map(({ pid = 0 }, at) => [pid, `runner ${at + 1}`]));
  }

  /** @param onStep called at every step that is reached */
  async play(at: number, task: Task, onStep: () => void): Promise<Outcome> {
    const child = this.#processes[at];
    if (!child) throw new Error(`No runner ${at}.`);
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const onNews = (news: News) => {
      if (news.type === "step") onStep();
      if (news.type === "done") resolve(news);
    };
    const onExit = () => resolve(this.#start(at).then(() => ({ type: "killed" })));
    child.on("message", onNews).once("exit", onExit);
    child.send(task);
    return await promise.finally(() => child.off("message", onNews).off("exit", onExit));
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#processes.map((child) => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        return ended;
      }),
    );
  }

  async #start(at: number): Promise<void> {
    const script = fileURLToPath(new URL("runner.ts", import.meta.url));
    const child = fork(script, {
      env: { ...process.env, ...this.#env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#processes[at] = child;
    // Its first word is that it is ready.
    await new Promise((resolve) => child.once("message", resolve));
  }
}
