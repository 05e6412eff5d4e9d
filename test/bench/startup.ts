// Whole processes, in turns: how long until the first line of an application runs.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openGateway } from "spangate";
import { type Figures, median, medianOfRounds, rounded, sizeFrom } from "./support/figures.ts";

const rounds = sizeFrom("BENCH_ROUNDS", 15);
const application = fileURLToPath(new URL("first-line.js", import.meta.url));
const automatic = {
  NODE_OPTIONS: "--require @opentelemetry/auto-instrumentations-node/register",
  OTEL_TRACES_EXPORTER: "none",
  OTEL_METRICS_EXPORTER: "none",
  OTEL_LOGS_EXPORTER: "none",
};

export async function startup(): Promise<Figures> {
  await using gateway = await openGateway();
  const spangate = gateway.environment("application", {});
  const taken: { plain: number; auto: number; spangate: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const times = { plain: await startMs({}), auto: await startMs(automatic), spangate: await startMs(spangate) };
    // The first round fills the file cache.
    if (round > 0) taken.push(times);
  }
  return {
    addedMs: rounded(medianOfRounds(taken, (round) => round.spangate - round.auto)),
    plainNodeMs: rounded(median(taken.map(({ plain }) => plain))),
    autoInstrumentationMs: rounded(median(taken.map(({ auto }) => auto))),
    spangateMs: rounded(median(taken.map((round) => round.spangate))),
  };
}

async function startMs(env: Readonly<Record<string, string>>): Promise<number> {
  const startedAt = performance.timeOrigin + performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [application], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { PATH: process.env["PATH"], ...env },
  });
  return Number(stdout.trim().split("\n").at(-1)) - startedAt;
}
