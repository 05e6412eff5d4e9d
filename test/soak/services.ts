// The eight services under test, each a process with an agent. Some are killed now and then, and started anew.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Definition {
  readonly script: string;
  readonly args?: readonly string[];
  /** @param urls of the services that were started before */
  readonly env?: (urls: ReadonlyMap<string, string>) => Readonly<Record<string, string>>;
}

interface Running {
  readonly process: ChildProcess;
  readonly url: string;
  /** What it said last. */
  readonly log: () => string;
}

export interface Stores {
  /** A schema of its own for each service. */
  readonly postgres: (schema: string) => string;
  readonly redis: string;
}

/** Their ends are what a soak is about. Whoever they serve is started anew with them. */
export const mortals = ["branch", "store", "till", "front"] as const;
/** How much of what a service says is kept, in characters. */
const logLength = 4_000;
const dependents: Readonly<Record<string, readonly string[]>> = { till: ["front"] };

export class Services {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #running = new Map<string, Running>();
  readonly #environment: (service: string) => Readonly<Record<string, string>>;

  /** @param environment puts an agent into a service */
  constructor(stores: Stores, environment: (service: string) => Readonly<Record<string, string>>) {
    this.#environment = environment;
    const store = (module: string, url: string): Definition => ({
      script: "../fixtures/stores/service.mjs",
      args: [module],
      env: () => ({ STORE_URL: url }),
    });
    const sql = (schema: string) => () => ({ DATABASE_URL: stores.postgres(schema) });
    this.#definitions = new Map<string, Definition>([
      ["bank", store("pg-pool.mjs", stores.postgres("bank"))],
      ["branch", store("pg-pool.mjs", stores.postgres("branch"))],
      ["cache", store("ioredis.mjs?way=plain&version=", `${stores.redis}?key=spangate:soak:cache`)],
      ["store", store("redis.mjs?way=plain&version=", `${stores.redis}?key=spangate:soak:store`)],
      ["accounts", { script: "../../examples/two-services/accounts.js", env: sql("accounts") }],
      [
        "shop",
        {
          script: "../../examples/two-services/shop.js",
          env: (urls) => ({ ACCOUNTS_URL: urls.get("accounts") ?? "" }),
        },
      ],
      ["till", { script: "../fixtures/bank.cjs", env: sql("till") }],
      ["front", { script: "../fixtures/front.cjs", env: (urls) => ({ BANK_URL: urls.get("till") ?? "" }) }],
    ]);
  }

  async start(): Promise<void> {
    for (const name of this.#definitions.keys()) await this.#start(name);
  }

  /** Where each is reached. */
  get urls(): ReadonlyMap<string, string> {
    return new Map([...this.#running].map(([name, { url }]) => [name, url]));
  }

  /** pid → name. */
  get pids(): ReadonlyMap<number, string> {
    return new Map([...this.#running].map(([name, { process: it }]) => [it.pid ?? 0, name]));
  }

  logOf(name: string): string {
    return this.#running.get(name)?.log() ?? "";
  }

  kill(name: string): void {
    this.#running.get(name)?.process.kill("SIGKILL");
  }

  /** Ends it and those that it serves, and starts them anew. */
  async restart(name: string): Promise<void> {
    const names = [name, ...(dependents[name] ?? [])];
    await Promise.all(names.map((it) => this.#stop(it)));
    for (const it of names) await this.#start(it);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.#stop(name)));
  }

  async #start(name: string): Promise<void> {
    const { script, args = [], env = () => ({}) } = this.#definitions.get(name) ?? { script: "" };
    const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
      env: { ...process.env, ...this.#environment(name), ...env(this.urls) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let said = "";
    // A service that another one left in the lurch may end with an error of its own: that is told where it is missed.
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-logLength);
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-logLength);
      const [, port] = /listening on (\d+)/.exec(said) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    child.once("close", () => reject(new Error(`The service "${name}" ended before it was ready:\n${said}`)));
    this.#running.set(name, { process: child, url: await promise, log: () => said });
  }

  async #stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (!running) return;
    this.#running.delete(name);
    const { process: child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
}
