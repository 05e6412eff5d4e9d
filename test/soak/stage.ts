// Where a soak plays: databases, the coordinator, the services and the tests' processes; and what must hold behind each
// round.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type CoordinatorAddress, type Gateway, openGateway } from "spangate";
import { connectOperator, type Operator } from "../../dist/runner/operator.js";
import { type Postgres, startPostgres } from "../../examples/support/postgres.ts";
import { Script } from "../support/scripts.ts";
import { urlOf, whyNot } from "../support/servers.ts";
import { untilAsync } from "../support/until.ts";
import { type Comparison, Measures } from "./measures.ts";
import { OpenRuns } from "./open-runs.ts";
import { descendants, markDescendants } from "./processes.ts";
import { Runners } from "./runners.ts";
import type { Round } from "./scenarios.ts";
import { Services } from "./services.ts";
import type { Tally } from "./tally.ts";

/** How soon nothing may be left behind a round, in milliseconds: far more than anything needs. */
const settleMs = 5_000;
/** How many scenarios play at once, at most. */
const runnersCount = 3;
const schemas = ["bank", "branch", "accounts", "till"];
const preload = fileURLToPath(new URL("measure.cjs", import.meta.url));
const command = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export class Stage {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static async set(): Promise<Stage> {
    const missing = await whyNot("redis");
    if (missing !== undefined) throw new Error(`The soak needs Redis: ${missing}.`);
    const folder = await mkdtemp(join(tmpdir(), "spangate-soak-"));
    // Its processes are not counted: the database comes first, and ends last.
    const postgres = await startPostgres();
    await makeAccounts(postgres.url);
    markDescendants();
    process.env["SOAK_MEASURES"] = join(folder, "measures.jsonl");
    const [coordinator, at] = await startCoordinator();
    const [gateway, operator] = [await openGateway({ connect: at }), await connectOperator(at, settleMs)];
    const stores = { postgres: (schema: string) => urlIn(postgres.url, schema), redis: urlOf("redis") };
    const services = new Services(stores, (name) =>
      gateway.environment(name, { NODE_OPTIONS: `--require ${JSON.stringify(preload)}` }),
    );
    await services.start();
    const runners = await Runners.start(runnersCount, {
      SOAK_COORDINATOR: JSON.stringify(at),
      NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
    });
    const measures = new Measures(process.env["SOAK_MEASURES"]);
    const open = new OpenRuns(operator);
    return new Stage({ folder, postgres, coordinator, gateway, operator, open, services, runners, measures });
  }

  /** Processes that outlived their stage. */
  static async left(): Promise<readonly string[]> {
    return await untilAsync(
      "all processes are gone",
      async () => (descendants().size === 0 ? [] : undefined),
      settleMs,
    ).catch(() => [...descendants().values()]);
  }

  async play(round: Round, number: number, tally: Tally): Promise<void> {
    const { services, runners } = this.#parts;
    tally.round();
    const { kill } = round;
    let steps = 0;
    let isKilled = false;
    const onStep = () => {
      if (kill && !isKilled && steps >= kill.afterSteps) {
        isKilled = true;
        services.kill(kill.service);
        tally.killed(kill.service);
      }
      steps += 1;
    };
    const urls = Object.fromEntries(services.urls);
    await Promise.all(
      round.scenarios.map(async (scenario, at) => {
        const outcome = await runners.play(at, { scenario, urls }, onStep);
        tally.note(number, round, scenario, outcome);
      }),
    );
    if (kill && isKilled) await services.restart(kill.service);
    await this.#expectQuiet(number, tally);
  }

  /** All processes, in this quiet moment. */
  async measure(): Promise<void> {
    await this.#parts.measures.take(this.#known);
  }

  /** What the coordinator has now, in words. */
  get coordinator(): string {
    const { coordinator, measures } = this.#parts;
    return measures.lastOf(coordinator.pid);
  }

  compare(): readonly Comparison[] {
    return this.#parts.measures.compare(this.#known);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { folder, postgres, coordinator, gateway, operator, open, services, runners } = this.#parts;
    await runners.stop();
    await services.stop();
    open.stop();
    operator.close();
    await gateway.close();
    coordinator.kill("SIGTERM");
    await coordinator.ended;
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }

  /** pid → name, of everything that is meant to live. */
  get #known(): ReadonlyMap<number, string> {
    const { coordinator, services, runners } = this.#parts;
    return new Map([[coordinator.pid, "coordinator"], ...services.pids, ...runners.pids]);
  }

  async #expectQuiet(number: number, tally: Tally): Promise<void> {
    let found: readonly string[] = [];
    const look = async () => {
      found = await this.#remains();
      return found.length === 0 ? true : undefined;
    };
    await untilAsync("nothing is left of a round", look, settleMs).catch((error: unknown) => {
      for (const it of [...found, error]) tally.leak(`round ${number}: ${it}`);
    });
  }

  /** What is there and should not be; what is not and should. */
  async #remains(): Promise<readonly string[]> {
    const { operator, open, services } = this.#parts;
    const [{ holds, waiting }, agents] = await Promise.all([operator.standing(), operator.agents()]);
    const known = this.#known;
    const names = agents.map(({ service }) => service);
    return [
      ...open.all,
      ...holds.map(({ arrival }) => `${arrival.actor} is held in ${arrival.agent.service}`),
      ...waiting.map(({ runId }) => `a step of run ${runId} waits for somebody's hand`),
      ...names.filter((name) => name === "job").map(() => "an agent of a job is attached"),
      ...[...services.pids.values()]
        .filter((name) => !names.includes(name))
        .map((name) => `${name} has no agent; it said last:\n${services.logOf(name)}`),
      ...[...descendants()].filter(([pid]) => !known.has(pid)).map(([pid, line]) => `process ${pid} is left: ${line}`),
    ];
  }
}

interface Parts {
  readonly folder: string;
  readonly postgres: Postgres;
  readonly coordinator: Script;
  readonly gateway: Gateway;
  readonly operator: Operator;
  readonly open: OpenRuns;
  readonly services: Services;
  readonly runners: Runners;
  readonly measures: Measures;
}

async function startCoordinator(): Promise<readonly [Script, CoordinatorAddress]> {
  const flags = ["--require", preload, command, "serve", "--json", "--print-token"];
  const script = new Script([process.execPath, ...flags], {});
  const { address, token } = JSON.parse(await script.said(/^(\{.*\})\n/));
  return [script, { address, token }];
}

async function makeAccounts(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const schema of schemas) {
    await client.query(`CREATE SCHEMA ${schema}`);
    await client.query(`CREATE TABLE ${schema}.account (id int PRIMARY KEY, balance int)`);
    await client.query(`INSERT INTO ${schema}.account VALUES (1, 1000000000)`);
  }
  await client.end();
}

function urlIn(url: string, schema: string): string {
  return `${url}?options=${encodeURIComponent(`-c search_path=${schema}`)}`;
}
