// The environment that puts an agent into a process.
import { createRequire } from "node:module";
import { UsageError } from "../core/errors.js";
import type { HoldMode } from "../core/model.js";
import { type ClientTls, placedAnywhere } from "../wire/tls.js";
import { agentToken } from "../wire/token.js";
import type { CoordinatorAddress } from "./client.js";

/** Variables of a process's environment; `undefined` is one that is not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an agent is told of the process that it is in. */
export interface AgentOptions {
  /** The service's name. */
  readonly service: string;
  readonly hold: HoldMode;
  /** True when the process is the gateway's own: it then exits when the gateway is gone. */
  readonly spawned: boolean;
}

/**
 * The variables that attach a process to a gateway.
 * @param base the environment that they are added to: its NODE_OPTIONS are kept
 */
export function agentEnvironment(
  { token, ...way }: CoordinatorAddress,
  options: AgentOptions,
  base: Environment,
): Record<string, string> {
  return attachedEnvironment(way, agentToken(token), options, base);
}

/**
 * The same for who has no more than the agents' own token.
 * @param shown the agents' token, as {@link agentToken} makes it
 */
export function attachedEnvironment(
  { address, tls, insecure = false }: Omit<CoordinatorAddress, "token">,
  shown: string,
  { service, hold, spawned }: AgentOptions,
  base: Environment,
): Record<string, string> {
  if (hold !== "flow" && hold !== "thread") {
    throw new UsageError("BadOption", `hold must be "flow" or "thread"; it is ${JSON.stringify(hold)}.`);
  }
  return {
    // In front: what the application preloads to set up OpenTelemetry comes after the agent.
    NODE_OPTIONS: [`--require ${quoted(registerPath())}`, base["NODE_OPTIONS"]].filter(Boolean).join(" "),
    SPANGATE_ADDRESS: address,
    SPANGATE_TOKEN: shown,
    SPANGATE_SERVICE: service,
    SPANGATE_HOLD: hold,
    SPANGATE_SPAWNED: spawned ? "1" : "",
    ...securityOf(base, tls, insecure),
  };
}

// What another gateway has left in the environment is none of this one's.
function securityOf(base: Environment, tls: ClientTls | undefined, insecure: boolean): Record<string, string> {
  const { ca, cert, key, servername } = tls ? placedAnywhere(tls) : {};
  const variables = {
    SPANGATE_TLS: tls && "1",
    SPANGATE_TLS_CA: ca,
    SPANGATE_TLS_CERT: cert,
    SPANGATE_TLS_KEY: key,
    SPANGATE_TLS_SERVERNAME: servername,
    SPANGATE_INSECURE: insecure ? "1" : undefined,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value !== undefined || base[name] !== undefined ? [[name, value ?? ""]] : [],
    ),
  );
}

function registerPath(): string {
  // By the package's own name, so that it is found from the sources and from the build alike.
  return createRequire(import.meta.url).resolve("spangate/register");
}

// NODE_OPTIONS takes a path with spaces in double quotes, in which backslashes are escapes.
function quoted(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/[\\"]/g, "\\$&")}"` : path;
}
