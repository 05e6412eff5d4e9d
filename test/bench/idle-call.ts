// What spangate adds to an instrumented call while no run is open, beside the same call of the same instrumentation
// without spangate, in turns.
import type { Question, Round } from "./idle-call.probe.ts";
import { type Figures, median, medianOfRounds, rounded, sizeFrom } from "./support/figures.ts";
import { openPair } from "./support/pair.ts";

const rounds = sizeFrom("BENCH_ROUNDS", 40);

export async function idleCall(): Promise<Figures> {
  await using pair = await openPair<Question>(new URL("idle-call.probe.ts", import.meta.url));
  const taken = await pair.ask<Round[]>({ rounds });
  const of = (kind: "plain" | "gated") => rounded(median(taken.map((round) => round[kind].ns)));
  return {
    addedNs: rounded(medianOfRounds(taken, ({ plain, gated }) => gated.ns - plain.ns)),
    addedMicrotasks: Math.max(...taken.map(({ plain, gated }) => gated.microtasks - plain.microtasks)),
    plainNs: of("plain"),
    gatedNs: of("gated"),
  };
}
