// How long a hold takes from the span's start gate to its release, of a thread or of a flow, beside a grpc-js echo and a
// socket echo of the same sizes between the same two processes, in turns.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AttachRequest, AttachResponse } from "../../dist/gen/spangate/v1/agent.js";
import type { Question } from "./hold-release.probe.ts";
import { type MessageSizes, serveGrpcEcho, serveRawEcho } from "./support/echo.ts";
import { type Figures, median, medianOfRounds, quantile, rounded, sizeFrom } from "./support/figures.ts";
import { openPair, type Pair } from "./support/pair.ts";

const rounds = sizeFrom("BENCH_ROUNDS", 40);
// An agent tells at most 256 spans that passed in one go.
const batch = 200;
const warmUp = 3;

interface Round {
  readonly hold: readonly number[];
  readonly told: readonly number[];
  readonly grpc: readonly number[];
  readonly raw: readonly number[];
}

type Mode = "thread" | "flow";

export function holdReleaseThread(): Promise<Figures> {
  return holdRelease("thread");
}

export function holdReleaseFlow(): Promise<Figures> {
  return holdRelease("flow");
}

async function holdRelease(mode: Mode): Promise<Figures> {
  return { unix: await overUnix(mode), tcp: await measure(mode, "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0") };
}

async function overUnix(mode: Mode): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "spangate-bench-"));
  try {
    const [coordinator = "", grpc = "", raw = ""] = ["c", "g", "r"].map((name) => `unix:${join(folder, name)}`);
    return await measure(mode, coordinator, grpc, raw);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(mode: Mode, listen: string, grpcListen: string, rawListen: string): Promise<Figures> {
  const sizes = messageSizes();
  // The process under test measures grpc-js: nothing may slow it there.
  const env = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: "grpc" };
  await using pair = await openPair<Question>(new URL("hold-release.probe.ts", import.meta.url), {
    listen,
    env,
    hold: mode,
  });
  const grpc = await serveGrpcEcho(grpcListen, sizes);
  const raw = await serveRawEcho(rawListen, sizes);
  await pair.ask({ type: "connect", grpcAddress: grpc.address, rawAddress: raw.address, sizes });
  const taken: Round[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const times = await takeRound(pair, mode, round);
    if (round >= warmUp) taken.push(times);
  }
  grpc.close();
  raw.close();
  const all = (kind: keyof Round) => taken.flatMap((round) => round[kind]);
  const ratio = (kind: "hold" | "told", to: "grpc" | "raw") =>
    rounded(
      medianOfRounds(taken, (round) => median(round[kind]) / median(round[to])),
      2,
    );
  return {
    p50Us: rounded(median(all("hold"))),
    p99Us: rounded(quantile(all("hold"), 0.99)),
    ratioToGrpcEcho: ratio("hold", "grpc"),
    ratioToRawSocket: ratio("hold", "raw"),
    afterPassedSpan: { p50Us: rounded(median(all("told"))), ratioToGrpcEcho: ratio("told", "grpc") },
    grpcEcho: { p50Us: rounded(median(all("grpc"))), p99Us: rounded(quantile(all("grpc"), 0.99)) },
    rawSocket: { p50Us: rounded(median(all("raw"))), p99Us: rounded(quantile(all("raw"), 0.99)) },
  };
}

// Every round begins with another one, so that none always follows the same.
async function takeRound(pair: Pair<Question>, mode: Mode, round: number): Promise<Round> {
  const times: Record<keyof Round, readonly number[]> = { hold: [], told: [], grpc: [], raw: [] };
  const kinds = ["hold", "grpc", "told", "raw"] as const;
  for (let at = 0; at < kinds.length; at++) {
    const kind = kinds[(at + round) % kinds.length] ?? "hold";
    times[kind] =
      kind === "grpc" || kind === "raw"
        ? await pair.ask<number[]>({ type: "echo", kind, count: batch })
        : await holds(pair, mode, kind === "told");
  }
  return times;
}

// A run of its own, in which "probe" is listed but is not armed: the coordinator releases it as soon as it arrives.
async function holds({ gateway, ask }: Pair<Question>, mode: Mode, endEach: boolean): Promise<readonly number[]> {
  let times: readonly number[] = [];
  const actor = gateway.starter("actor", async ({ headers }) => {
    times = await ask<number[]>({ type: "holds", mode, count: batch, headers, endEach });
  });
  await using runner = gateway.runner([actor], [actor.after("last"), actor.before("probe").ifReached()]);
  await runner.finish();
  return times;
}

function messageSizes(): MessageSizes {
  const span = { name: "probe", kind: 1, spanId: "0".repeat(16), parentSpanId: "0".repeat(16), scope: "bench" };
  const arrived = {
    id: 10_000,
    runId: "0".repeat(12),
    actor: "actor",
    phase: 1,
    checkpoints: [1],
    mode: 1,
    traceId: "",
  };
  const value = { ...arrived, span: { ...span, peer: "", attributes: {}, endless: false, session: undefined } };
  return {
    request: AttachRequest.encode({ event: { $case: "arrived", value }, sequence: 10_000 }).finish().length,
    response: AttachResponse.encode({ command: { $case: "release", value: { ids: [10_000] } } }).finish().length,
  };
}
