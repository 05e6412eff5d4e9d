// What the environment says to an agent.
import type { HoldMode } from "../src/core/model.js";

export interface AgentConfig {
  /** `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  readonly token: string;
  readonly service: string;
  /** How it holds where a checkpoint says nothing; flows by default. */
  readonly hold: HoldMode;
  /** True when the gateway started this process: it ends with its gateway. */
  readonly spawned: boolean;
  /** How long the coordinator may take to answer, in milliseconds; 10,000 by default. */
  readonly connectTimeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `undefined` without SPANGATE_ADDRESS: the agent then does nothing at all. */
export function readConfig(env: Environment): AgentConfig | undefined {
  const address = env["SPANGATE_ADDRESS"]?.trim();
  if (!address) return undefined;
  return {
    address,
    token: env["SPANGATE_TOKEN"]?.trim() ?? "",
    service: env["SPANGATE_SERVICE"]?.trim() || env["OTEL_SERVICE_NAME"]?.trim() || "unknown_service",
    hold: env["SPANGATE_HOLD"]?.trim() === "thread" ? "thread" : "flow",
    spawned: env["SPANGATE_SPAWNED"] === "1",
    connectTimeoutMs: Number(env["SPANGATE_CONNECT_TIMEOUT_MS"]) || 10_000,
  };
}
