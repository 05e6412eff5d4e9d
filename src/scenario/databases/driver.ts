// The drivers are the project's: looked for from the scenario's folder, then from spangate's own.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EnvironmentError } from "../../core/errors.js";
import type { LoadDriver } from "../../probes/driver.js";

/** @returns imports a driver, or throws DatabaseFailed where it is not installed */
export function loadFrom(folder: string): LoadDriver {
  return async <Driver>(name: string) => {
    for (const from of [join(folder, "scenario.yaml"), import.meta.url]) {
      const file = resolveFrom(from, name);
      if (file !== undefined) return (await import(pathToFileURL(file).href)) as Driver;
    }
    const [driver] = name.split("/");
    throw new EnvironmentError(
      "DatabaseFailed",
      `The scenario asks a database that needs the package ${driver}: npm install --save-dev ${driver}.`,
    );
  };
}

function resolveFrom(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
