// Runs a scenario as a test would: databases, services, starters, the order, what is expected. Whatever happens, at the
// end nothing of it runs.
import { SpangateError } from "../../core/errors.js";
import { openGateway } from "../../gateway.js";
import type { Interleaving } from "../../report/interleaving.js";
import type { CoordinatorAddress } from "../../runner/client.js";
import { lastLines } from "../../runner/last-lines.js";
import type { Reached } from "../../runner/reached.js";
import type { OrderEntry, Runner } from "../../runner/runner.js";
import type { Starter } from "../../runner/starter.js";
import { loadFrom } from "../databases/driver.js";
import { openDatabase, probeOf } from "../databases/open.js";
import type { ReadScenario } from "../read.js";
import { doDeeds } from "./deeds.js";
import type { ExpectationEvent, FailedEvent, OutputEvent, ReachedCheckpoint, Tell } from "./events.js";
import { look, lookAtStarter } from "./expectations.js";
import { checkCoordinator, startServices } from "./services.js";
import { Stage } from "./stage.js";
import { standingOf } from "./standing.js";
import { starterOf, stepOf } from "./starters.js";
import { unlookedEnds } from "./unlooked.js";

/** How a scenario is run. */
export interface ScenarioRun {
  readonly read: ReadScenario;
  /** A coordinator that runs elsewhere, in place of one of its own. */
  readonly connect?: CoordinatorAddress | undefined;
  /** Ends the run. */
  readonly signal: AbortSignal;
  readonly tell: Tell;
}

export interface ScenarioOutcome {
  readonly met: number;
  readonly unmet: number;
  /** Why it went no further; the reason of the signal, if that ended it. */
  readonly error: unknown;
  /** Of a run that has begun. */
  readonly interleaving: Interleaving | undefined;
  readonly outputs: readonly OutputEvent[];
}

/** Of a service's output. */
const mostLines = 20;

export async function runScenario({ read, connect, signal, tell }: ScenarioRun): Promise<ScenarioOutcome> {
  const counts = { met: 0, unmet: 0 };
  const stage = new Stage(
    read,
    (event) => {
      if (event.type === "expectation") counts[event.met ? "met" : "unmet"] += 1;
      tell(event);
    },
    signal,
  );
  const performance: { runner?: Runner } = {};
  let error: unknown;
  try {
    tell({ type: "scenario", file: read.source.file, name: read.scenario.name });
    checkCoordinator(stage, connect !== undefined);
    await play(stage, connect, (runner) => {
      performance.runner = runner;
    });
  } catch (reason) {
    error = reason;
    if (!signal.aborted) tell(failed(stage, reason));
  }
  const interleaving = performance.runner?.interleaving;
  const untidy = await tidy(stage);
  if (untidy !== undefined) tell(failed(stage, untidy));
  return { ...counts, error: error ?? untidy, interleaving, outputs: outputsOf(stage) };
}

async function play(stage: Stage, connect: CoordinatorAddress | undefined, onRunner: (runner: Runner) => void) {
  const { options = {}, databases = {}, starters } = stage.read.scenario;
  const load = loadFrom(stage.read.folder);
  const probes = [];
  for (const [name, entry] of Object.entries(databases)) {
    stage.at = ["databases", name];
    const opening = openDatabase(entry, load);
    // One that opens when the run is not wanted any more is closed by nobody else.
    void opening.then((late) => (stage.signal.aborted ? late.close() : undefined)).catch(() => {});
    const database = await stage.until(opening);
    stage.databases.set(name, database);
    stage.tell({ type: "database", name, server: database.server });
    probes.push(...[probeOf(entry, database, load) ?? []].flat());
  }
  await doDeeds(stage, "setup");
  stage.at = undefined;
  const gateway = await openGateway({ ...options, ...(connect ? { connect } : { probes }) });
  stage.gateway = gateway;
  await startServices(stage, gateway);
  await doDeeds(stage, "prepare");
  const made = new Map<string, Starter>();
  for (const [name, entry] of Object.entries(starters)) {
    stage.at = ["starters", name];
    made.set(name, starterOf(stage, gateway, name, entry));
  }
  stage.at = undefined;
  await perform(stage, made, onRunner);
}

async function perform(stage: Stage, starters: ReadonlyMap<string, Starter>, onRunner: (runner: Runner) => void) {
  const { order, expect = [] } = stage.read.scenario;
  const steps = order.map((entry) => stepOf(stage.fill(entry), starters));
  const listed = steps.filter((step): step is OrderEntry => step !== undefined);
  const runner = stage.gateway?.runner([...starters.values()], listed);
  if (!runner) return;
  onRunner(runner);
  const drained = new Set<string>();
  for (const [at, entry] of order.entries()) {
    stage.at = ["order", at];
    if (typeof entry === "object" && "expect" in entry)
      for (const [index, it] of entry.expect.entries())
        stage.tell(await look(stage, it, ["order", at, "expect", index]));
    else await advance(stage, runner, drained);
  }
  stage.at = undefined;
  const outcomes = await stage.until(runner.settle());
  for (const [at, it] of expect.entries()) {
    const path = ["expect", at];
    const event = "starter" in it ? lookAtStarter(stage, it, path, outcomes[it.starter]) : look(stage, it, path);
    stage.tell(await event);
  }
  for (const event of unlookedEnds(expect, outcomes)) stage.tell(event satisfies ExpectationEvent);
}

/** @param told the actors of which it has been told that they ran to their ends */
async function advance(stage: Stage, runner: Runner, told: Set<string>): Promise<void> {
  const reached = await stage.until(runner.next());
  const checkpoints = (reached?.all ?? []).map(checkpointOf);
  const { entries } = runner.interleaving;
  const drained = entries.flatMap((it) => (it.type === "drained" && !told.has(it.actor) ? [it.actor] : []));
  for (const actor of drained) told.add(actor);
  stage.tell({ type: "reached", checkpoints, standing: standingOf(entries), drained });
}

function checkpointOf({ checkpoint, reached, wait }: Omit<Reached, "all">): ReachedCheckpoint {
  const told = { actor: checkpoint.starter.name, checkpoint: String(checkpoint), reached };
  return wait ? { ...told, waitsFor: wait.by } : told;
}

/** Ends everything. @returns what went wrong with that */
async function tidy(stage: Stage): Promise<unknown> {
  let error: unknown;
  stage.at = undefined;
  await stage.gateway?.close();
  stage.over.abort();
  try {
    // What was asked when the run was given up is answered by nobody any more.
    if (stage.signal.aborted) await Promise.all([...stage.databases.values()].map((database) => database.renew()));
    // Also when the run is not wanted any more: it leaves things as they are to be.
    if (stage.databases.size === Object.keys(stage.read.scenario.databases ?? {}).length)
      await doDeeds(stage, "teardown", (promise) => promise);
  } catch (reason) {
    error = reason;
  }
  await Promise.allSettled([...stage.databases.values()].map((database) => database.close()));
  return error;
}

function outputsOf({ spawned }: Stage): readonly OutputEvent[] {
  return [...spawned].flatMap(([service, { logs }]) => {
    return logs.trim() === "" ? [] : [{ type: "output", service, lines: lastLines(logs, mostLines) }];
  });
}

function failed(stage: Stage, error: unknown): FailedEvent {
  const event = { type: "failed", place: stage.at && stage.placeOf(...stage.at) } as const;
  if (error instanceof SpangateError) return { ...event, code: error.code, message: error.message };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { ...event, code: "Internal", message };
}
