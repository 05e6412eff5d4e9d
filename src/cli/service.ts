// What a command that is started is as a service, where no option says it: as the agent itself reads it.
import type { HoldMode } from "../core/model.js";
import type { Environment } from "../runner/environment.js";

export function serviceOf(env: Environment): string {
  return env["SPANGATE_SERVICE"]?.trim() || env["OTEL_SERVICE_NAME"]?.trim() || "unknown_service";
}

export function holdOf(env: Environment): HoldMode {
  return env["SPANGATE_HOLD"]?.trim() === "thread" ? "thread" : "flow";
}
