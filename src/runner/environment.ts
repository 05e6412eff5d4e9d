// The environment that puts an agent into a process.
import { createRequire } from "node:module";
import type { CoordinatorAddress } from "./client.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables that attach a process to a gateway.
 * @param spawned true when the process is the gateway's own: it then exits when the gateway is gone
 * @param base the environment that they are added to: its NODE_OPTIONS are kept
 */
export function agentEnvironment(
  { address, token }: CoordinatorAddress,
  service: string,
  spawned: boolean,
  base: Environment,
): Record<string, string> {
  return {
    NODE_OPTIONS: [base["NODE_OPTIONS"], `--require ${quoted(registerPath())}`].filter(Boolean).join(" "),
    SPANGATE_ADDRESS: address,
    SPANGATE_TOKEN: token,
    SPANGATE_SERVICE: service,
    SPANGATE_SPAWNED: spawned ? "1" : "",
  };
}

function registerPath(): string {
  // By the package's own name, so that it is found from the sources and from the build alike.
  return createRequire(import.meta.url).resolve("spangate/register");
}

// NODE_OPTIONS takes a path with spaces in double quotes, in which backslashes are escapes.
function quoted(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/[\\"]/g, "\\$&")}"` : path;
}
