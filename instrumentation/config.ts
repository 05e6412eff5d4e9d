// What the environment says to an agent.
import { readFileSync } from "node:fs";
import type { HoldMode } from "../src/core/model.js";
import { isOfThisMachine } from "../src/wire/address.js";
import { type ClientTls, readClientTls } from "../src/wire/tls.js";
import type { Way } from "./link/way.js";

export interface AgentConfig {
  readonly way: Way;
  readonly service: string;
  /** How it holds where a checkpoint says nothing; flows by default. */
  readonly hold: HoldMode;
  /** True when the gateway started this process: it ends with its gateway. */
  readonly spawned: boolean;
  /** How long the coordinator may take to answer, in milliseconds; 10,000 by default. */
  readonly connectTimeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `undefined` without SPANGATE_ADDRESS: the agent then does nothing at all.
 * @throws {Error} where it must not attach: a token or certificates that cannot be read, or a plain connection to another machine
 */
export function readConfig(env: Environment): AgentConfig | undefined {
  const address = env["SPANGATE_ADDRESS"]?.trim();
  if (!address) return undefined;
  return {
    way: wayTo(address, env),
    service: env["SPANGATE_SERVICE"]?.trim() || env["OTEL_SERVICE_NAME"]?.trim() || "unknown_service",
    hold: env["SPANGATE_HOLD"]?.trim() === "thread" ? "thread" : "flow",
    spawned: env["SPANGATE_SPAWNED"] === "1",
    connectTimeoutMs: Number(env["SPANGATE_CONNECT_TIMEOUT_MS"]) || 10_000,
  };
}

function wayTo(address: string, env: Environment): Way {
  const tls = tlsOf(env);
  if (!tls && !isOfThisMachine(address) && env["SPANGATE_INSECURE"] !== "1") {
    throw new Error(
      "it is on another machine, and a plain connection would show its network the token. Give SPANGATE_TLS_CA, or SPANGATE_INSECURE=1 where the network itself is trusted",
    );
  }
  return { address, token: tokenOf(env), tls };
}

/** Secrets of containers are files. */
function tokenOf(env: Environment): string {
  const token = env["SPANGATE_TOKEN"]?.trim();
  const file = env["SPANGATE_TOKEN_FILE"]?.trim();
  if (token || !file) return token ?? "";
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Error(`SPANGATE_TOKEN_FILE cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** SPANGATE_TLS=1 alone trusts the authorities that Node trusts. */
function tlsOf(env: Environment): ClientTls | undefined {
  const value = (key: string) => env[`SPANGATE_TLS_${key.toUpperCase()}`]?.trim() || undefined;
  const tls = { ca: value("ca"), cert: value("cert"), key: value("key"), servername: value("servername") };
  if (env["SPANGATE_TLS"] !== "1" && Object.values(tls).every((it) => it === undefined)) return undefined;
  return readClientTls(tls, (key) => `SPANGATE_TLS_${key.toUpperCase()}`);
}
