// All databases of a scenario, by their names.
import type { LockProbe } from "../../core/lock-probe.js";
import type { LoadDriver } from "../../probes/driver.js";
import { mariadb } from "../../probes/mariadb.js";
import { mysql } from "../../probes/mysql.js";
import { postgres } from "../../probes/postgres.js";
import type { DatabaseEntry } from "../model.js";
import type { Database } from "./database.js";
import { openMysql } from "./mysql.js";
import { openPostgres } from "./postgres.js";

/** @throws {EnvironmentError} DatabaseFailed */
export async function openDatabase(entry: DatabaseEntry, load: LoadDriver): Promise<Database> {
  const url = urlOf(entry);
  return /^postgres(ql)?:/.test(url) ? openPostgres(url, load) : openMysql(url, load);
}

/** What asks it who waits for whose lock, where the scenario wants that. */
export function probeOf(entry: DatabaseEntry, { system }: Database, load: LoadDriver): LockProbe | undefined {
  if (typeof entry === "string" || !entry.probe) return undefined;
  const url = entry.url.replace(/^mariadb:/, "mysql:");
  switch (system) {
    case "postgres":
      return postgres(url, load);
    case "mariadb":
      return mariadb(url, load);
    case "mysql":
      return mysql(url, load);
  }
}

function urlOf(entry: DatabaseEntry): string {
  return typeof entry === "string" ? entry : entry.url;
}
