// What the span processor adds to a span's start and end: in the process under test itself, in alternating blocks
// with a tracer that has no processor.
import type { Actor, Checkpoint, Gateway, Starter } from "spangate";
import type { Blocks, Headers, Question } from "./span-overhead.probe.ts";
import { type Figures, median, medianOfRounds, rounded, sizeFrom } from "./support/figures.ts";
import { openPair } from "./support/pair.ts";

const rounds = sizeFrom("BENCH_ROUNDS", 40);

const rules: Readonly<Record<string, (actor: Starter) => readonly Checkpoint[]>> = {
  exact0: () => [],
  exact100: (actor) => list(100, (at) => actor.after(`name ${at}`)),
  exact1000: (actor) => list(1_000, (at) => actor.after(`name ${at}`)),
  regex1000: (actor) => list(1_000, (at) => actor.after(new RegExp(`^name ${at}\\b.*end$`))),
};

export async function spanOverhead(): Promise<Figures> {
  await using pair = await openPair<Question>(new URL("span-overhead.probe.ts", import.meta.url));
  const idle = await pair.ask<Blocks[]>({ actors: { none: {} }, rounds });
  const actors: Record<string, Headers> = {};
  const runs = await Promise.all(
    Object.entries(rules).map(([name, rulesOf]) =>
      openRun(pair.gateway, name, rulesOf, ({ headers }) => {
        actors[name] = headers;
      }),
    ),
  );
  const armed = await pair.ask<Blocks[]>({ actors, rounds });
  await Promise.all(runs.map((end) => end()));
  const added = (taken: readonly Blocks[], name: string) =>
    rounded(medianOfRounds(taken, (round) => (round[name]?.spanNs ?? Number.NaN) - (round["base"]?.spanNs ?? 0)));
  const telling = (name: string) => rounded(median(armed.map((round) => round[name]?.tellingNs ?? Number.NaN)));
  return {
    addedNs: {
      none: added(idle, "none"),
      ...Object.fromEntries(Object.keys(rules).map((name) => [name, added(armed, name)])),
    },
    tellingNs: { exact0: telling("exact0"), exact1000: telling("exact1000") },
    baseNs: rounded(median(armed.map((round) => round["base"]?.spanNs ?? Number.NaN))),
  };
}

/** Opens a run whose actor does nothing for as long as it is needed. Returns what ends it. */
async function openRun(
  gateway: Gateway,
  name: string,
  rulesOf: (actor: Starter) => readonly Checkpoint[],
  onBegin: (actor: Actor) => void,
): Promise<() => Promise<void>> {
  const { promise: end, resolve: finish } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const starter = gateway.starter(name, async (actor) => {
    onBegin(actor);
    begin();
    await end;
  });
  const runner = gateway.runner([starter], [...rulesOf(starter), starter.finished]);
  const step = runner.next().catch(() => undefined);
  await begun;
  return async () => {
    finish();
    await runner.close();
    await step;
  };
}

function list<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
