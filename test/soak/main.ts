// node test/soak/main.ts [--minutes N] [--seed N]: random scenarios over eight services, with kills, for an hour by
// default. It ends with 1 where anything is left or grows: holds, processes, descriptors, memory; or fails unexpectedly.
import { parseArgs } from "node:util";
import { growthOf } from "./measures.ts";
import { Random } from "./random.ts";
import { roundOf } from "./scenarios.ts";
import { mortals } from "./services.ts";
import { Stage } from "./stage.ts";
import { Tally } from "./tally.ts";

const { values } = parseArgs({ options: { minutes: { type: "string" }, seed: { type: "string" } } });
const minutes = Number(values.minutes ?? 60);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("npm run soak -- [--minutes N] [--seed N], with numbers: the minutes above 0, a whole seed.");
  process.exit(2);
}

/** How often all processes are measured, the first time when they are warm. */
const measures = 10;
console.log(`Soak for ${minutes} minutes, seed ${seed}: npm run soak -- --minutes ${minutes} --seed ${seed}`);

const tally = new Tally();
{
  await using stage = await Stage.set();
  const begun = performance.now();
  const share = () => (performance.now() - begun) / (minutes * 60_000);
  let measured = 0;
  for (let number = 1; share() < 1 && !tally.hasFailed; number += 1) {
    await stage.play(roundOf(new Random(seed, number), mortals), number, tally);
    if (share() * (measures + 1) > measured + 1) {
      measured += 1;
      await stage.measure();
      console.log(`${Math.round(share() * 100)} %: ${tally.line}; the coordinator: ${stage.coordinator}`);
    }
  }
  await stage.measure();
  const comparisons = stage.compare();
  tally.compare(comparisons);
  for (const growth of comparisons.flatMap(growthOf)) tally.leak(growth);
}
const left = await Stage.left();
for (const it of left) tally.leak(`a process outlived the soak: ${it}`);

console.log(`\n${tally}`);
console.log(`Again: npm run soak -- --minutes ${minutes} --seed ${seed}`);
process.exitCode = tally.hasFailed ? 1 : 0;
