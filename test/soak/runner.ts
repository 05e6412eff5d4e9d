// A test's process in a soak: does one scenario after the other, as it is told, and says how each ended.
import { fileURLToPath } from "node:url";
import { type CoordinatorAddress, openGateway, type Runner, SpangateError, type Starter } from "spangate";
import type { Act, Scenario, Stop } from "./scenarios.ts";

export interface Task {
  readonly scenario: Scenario;
  readonly urls: Readonly<Record<string, string>>;
}

export type News =
  /** It takes tasks, and signals. */
  | { readonly type: "ready" }
  /** A step has been reached. */
  | { readonly type: "step" }
  | { readonly type: "done"; readonly code: string; readonly message: string };

const coordinator: CoordinatorAddress = JSON.parse(process.env["SOAK_COORDINATOR"] ?? "{}");
const job = fileURLToPath(new URL("../fixtures/job.js", import.meta.url));

process.on("message", (task: Task) => {
  void play(task).then(
    () => tell({ type: "done", code: "OK", message: "" }),
    (error: unknown) => tell({ type: "done", ...describe(error) }),
  );
});

tell({ type: "ready" });

async function play({ scenario, urls }: Task): Promise<void> {
  await using gateway = await openGateway({ connect: coordinator });
  const abort = new AbortController();
  const starters = new Map<string, Starter>(
    scenario.acts.map((act) => [act.actor, starterOf(gateway, act, urls, abort.signal)]),
  );
  const order = scenario.order.map((stop) => checkpointOf(starters, stop));
  await using runner = gateway.runner([...starters.values()], order, { stepTimeoutMs: 20_000, stallMs: 5_000 });
  await end(runner, scenario, order, abort);
}

async function end(
  runner: Runner,
  { ending, order: { length } }: Scenario,
  order: readonly ReturnType<typeof checkpointOf>[],
  abort: AbortController,
): Promise<void> {
  const next = async () => {
    const reached = await runner.next();
    tell({ type: "step" });
    return reached;
  };
  switch (ending.type) {
    case "next":
      for (let step = 0; step <= length; step += 1) await next();
      return;
    case "skip and finish": {
      const checkpoint = order[ending.to];
      if (checkpoint) await runner.skipTo(checkpoint);
      tell({ type: "step" });
      await runner.finish();
      return;
    }
    case "leave":
      for (let step = 0; step < ending.afterSteps; step += 1) await next();
      return;
    case "abort":
      for (let step = 0; step <= ending.afterSteps; step += 1) await next();
      abort.abort();
      await runner.settle();
      return;
    case "die":
      for (let step = 0; step < ending.afterSteps; step += 1) await next();
      // Amid a step: it has been asked for, and is not awaited.
      void runner.next();
      await new Promise(setImmediate);
      process.kill(process.pid, "SIGKILL");
  }
}

function starterOf(
  gateway: Awaited<ReturnType<typeof openGateway>>,
  { actor, flow: { entry, path } }: Act,
  urls: Task["urls"],
  signal: AbortSignal,
): Starter {
  if (entry === undefined)
    return gateway.starter.process(actor, [process.execPath, job], {
      service: "job",
      hold: "thread",
      env: { REPORT_FILE: "/dev/null" },
    });
  return gateway.starter(actor, async () => {
    const response = await fetch(`${urls[entry]}${path}`, { method: "POST", signal });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text}`);
    return text;
  });
}

function checkpointOf(starters: ReadonlyMap<string, Starter>, { actor, point }: Stop) {
  const starter = starters.get(actor);
  if (!starter) throw new Error(`No starter ${actor}.`);
  return point === "finished" ? starter.finished : starter[point.phase](point.span, { service: point.service });
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof SpangateError ? error.code : "no error of spangate";
  return { code, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function tell(news: News): void {
  process.send?.(news);
}
