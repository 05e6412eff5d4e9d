// A folder with scenarios of a test, and what `spangate run` makes of them.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ended } from "./scripts.ts";
import { call, start } from "./spangate.ts";

/** Where services and fixtures are, for scenarios that name them by ${ROOT}. */
const root = fileURLToPath(new URL("../..", import.meta.url));

export class ScenarioFolder {
  readonly path: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(path: string, env: Readonly<Record<string, string>>) {
    this.path = path;
    this.#env = { ROOT: root.replace(/\/$/, ""), ...env };
  }

  static async create(env: Readonly<Record<string, string>> = {}): Promise<ScenarioFolder> {
    return new ScenarioFolder(await mkdtemp(join(tmpdir(), "some scenarios-")), env);
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.path, name), text);
  }

  /** Runs one scenario of this text. */
  async run(text: string, ...options: readonly string[]): Promise<Ended> {
    await this.write("scenario.yaml", text);
    return await this.call("scenario.yaml", ...options);
  }

  async call(...args: readonly string[]): Promise<Ended> {
    return await call(["run", ...args], this.#env, this.path);
  }

  start(...args: readonly string[]): ReturnType<typeof start> {
    return start(["run", ...args], this.#env, this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** The events of `--json`. */
export function eventsOf({ stdout }: Pick<Ended, "stdout">): readonly Record<string, unknown>[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
