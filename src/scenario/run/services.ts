// Starts a scenario's services, one after the other: a later one may be told where an earlier one is.
import { resolve } from "node:path";
import type { Gateway } from "../../runner/gateway.js";
import type { Readiness } from "../../runner/readiness.js";
import type { Service, ServiceOptions } from "../../runner/service.js";
import type { EnvironmentEntry, Ready, SpawnedService } from "../model.js";
import type { Stage } from "./stage.js";

/** @throws {EnvironmentError} ServiceNotReady, NoAgent */
export async function startServices(stage: Stage, gateway: Gateway): Promise<void> {
  for (const [key, template] of Object.entries(stage.read.scenario.services ?? {})) {
    stage.at = ["services", key];
    const entry = stage.fill(template);
    const { name = key } = entry;
    if ("url" in entry) {
      const url = entry.url.replace(/\/$/, "");
      stage.services.set(key, url);
      stage.tell({ type: "service", name: key, pid: undefined, url });
      continue;
    }
    const service = await stage.until(
      gateway.service(name, entry.command.map(String), optionsOf(entry, stage.read.folder)),
    );
    stage.spawned.set(key, service);
    const url = urlOf(service, entry.ready);
    stage.services.set(key, url);
    stage.tell({ type: "service", name: key, pid: service.pid, url });
  }
}

/** Values of variables as processes take them; null takes one away. */
export function environmentOf(entry: EnvironmentEntry = {}): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [name, value === null ? undefined : String(value)]),
  );
}

/**
 * Services that something else has started are reached by a coordinator that they know.
 * @throws {UsageError} BadOption
 */
export function checkCoordinator(stage: Stage, hasCoordinator: boolean): void {
  const { services = {}, databases = {} } = stage.read.scenario;
  const running = Object.entries(services).find(([, entry]) => "url" in entry)?.[0];
  if (running !== undefined && !hasCoordinator)
    throw stage.wrong(
      ["services", running],
      `something else starts "${running}", so it must be an agent of a coordinator that runs. Name that by --address, or give the service a command.`,
    );
  const probed = Object.entries(databases).find(([, entry]) => typeof entry === "object" && entry.probe)?.[0];
  if (probed !== undefined && hasCoordinator)
    throw stage.wrong(["databases", probed], `probes belong to the coordinator. Leave --address out, or probe: true.`);
}

function optionsOf(entry: SpawnedService, folder: string): ServiceOptions {
  const { cwd = ".", env, ready, hold, readyTimeoutMs, stopTimeoutMs } = entry;
  return {
    ready: readinessOf(ready),
    cwd: resolve(folder, cwd),
    env: environmentOf(env),
    ...(hold && { hold }),
    ...(readyTimeoutMs !== undefined && { readyTimeoutMs }),
    ...(stopTimeoutMs !== undefined && { stopTimeoutMs }),
  };
}

function urlOf(service: Service, ready: Ready): string | undefined {
  if (typeof ready === "object" && "http" in ready) return new URL(ready.http).origin;
  return service.port === undefined ? undefined : service.url;
}

function readinessOf(ready: Ready): Readiness {
  return typeof ready === "string" ? new RegExp(ready) : ready;
}
