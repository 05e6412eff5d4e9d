// The `spangate` of the shell, as it is installed.
import { fileURLToPath } from "node:url";
import type { CoordinatorAddress } from "spangate";
import { type Ended, Script } from "./scripts.ts";

/** The file that npm links to. */
export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** No variable of this process says which coordinator is meant. */
const unset = { SPANGATE_ADDRESS: undefined, SPANGATE_TOKEN: undefined, NODE_OPTIONS: undefined, NO_COLOR: "1" };

/** One that runs. SIGTERM ends it and what it has started; SIGKILL would leave that behind. */
class Call extends Script {
  override async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGTERM");
    await this.ended;
  }
}

export function start(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  cwd?: string,
): Call {
  return new Call([process.execPath, main, ...args], { ...unset, ...env }, cwd);
}

export async function call(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  cwd?: string,
): Promise<Ended> {
  return await start(args, env, cwd).ended;
}

/** `spangate serve`, and what its ready line says. */
export class Served {
  readonly script: Call;
  readonly at: CoordinatorAddress;
  readonly tokenFile: string;
  /** The page's address with the token, where it serves one. */
  readonly ui: string;
  /** All of the ready line. */
  readonly ready: Readonly<Record<string, unknown>>;

  private constructor(script: Call, ready: Readonly<Record<string, string>>) {
    const { address = "", token = "", tokenFile = "", ui = "" } = ready;
    this.script = script;
    this.at = { address, token };
    this.tokenFile = tokenFile;
    this.ui = ui;
    this.ready = ready;
  }

  static async start(...args: readonly string[]): Promise<Served> {
    const script = start(["serve", "--json", "--print-token", ...args]);
    return new Served(script, JSON.parse(await script.said(/^(\{.*\})\n/)) as Record<string, string>);
  }

  /** What other commands find it by. */
  get env(): { readonly SPANGATE_ADDRESS: string; readonly SPANGATE_TOKEN: string } {
    return { SPANGATE_ADDRESS: this.at.address, SPANGATE_TOKEN: this.at.token };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.script[Symbol.asyncDispose]();
  }
}
