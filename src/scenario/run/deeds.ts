// Statements, files of them, and calls around a run. One that fails ends it: nothing after it would mean anything.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { EnvironmentError } from "../../core/errors.js";
import { reasonOf } from "../databases/database.js";
import type { Deed } from "../model.js";
import { callHttp, describeCall } from "./http.js";
import type { Stage } from "./stage.js";

/** How long one may take, in milliseconds: it may fill a database. */
const limitMs = 60_000;

type Section = "setup" | "prepare" | "teardown";

/** @throws {EnvironmentError} SetupFailed */
export async function doDeeds(stage: Stage, section: Section, wait = <T>(promise: Promise<T>) => stage.until(promise)) {
  const deeds = stage.read.scenario[section] ?? [];
  for (const [at, deed] of deeds.entries()) {
    stage.at = [section, at];
    try {
      // Of services only prepare knows; all else was put in when the file was read, and is not read again.
      await wait(perform(stage, section === "prepare" ? stage.fill(deed) : deed));
    } catch (error) {
      // What fails while a signal ends the run has its own reason.
      if (stage.signal.aborted && error === stage.signal.reason) throw error;
      throw new EnvironmentError("SetupFailed", `${section} failed: ${reasonOf(error)}`, { cause: error });
    }
  }
  if (deeds.length > 0) stage.tell({ type: "done", section, count: deeds.length });
}

async function perform(stage: Stage, deed: Deed): Promise<void> {
  if (typeof deed === "object" && "http" in deed) return await call(deed.http);
  if (typeof deed === "string") return void (await stage.database(undefined).query(deed, limitMs));
  const sql = "sql" in deed ? deed.sql : await readFile(resolve(stage.read.folder, deed.file), "utf8");
  await stage.database(deed.database).query(sql, limitMs);
}

async function call(http: Parameters<typeof callHttp>[0]): Promise<void> {
  const { status, body } = await callHttp(http, AbortSignal.timeout(limitMs));
  if (status >= 400) throw new Error(`${describeCall(http)} was answered with ${status}: ${body.slice(0, 200)}`);
}
