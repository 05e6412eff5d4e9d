// node test/bench/main.ts [NAME...] [--json FILE]: runs the benchmarks and prints their figures.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { heldFlows } from "./held-flows.ts";
import { holdReleaseFlow, holdReleaseThread } from "./hold-release.ts";
import { idleCall } from "./idle-call.ts";
import { blockedDetection, deadlockReport, steps } from "./locks.ts";
import { lostUpdates, lostUpdatesOneProcess } from "./lost-updates.ts";
import { spanOverhead } from "./span-overhead.ts";
import { startup } from "./startup.ts";
import { type Figures, rowsOf } from "./support/figures.ts";

const benchmarks: Readonly<Record<string, () => Promise<Figures>>> = {
  holdReleaseThread,
  holdReleaseFlow,
  idleCall,
  spanOverhead,
  startup,
  heldFlows,
  lostUpdates,
  lostUpdatesOneProcess,
  blockedDetection,
  deadlockReport,
  steps,
};

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
const unknown = positionals.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`No benchmark "${unknown.join('", "')}". There are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(2);
}

const results: Record<string, Figures> = {};
for (const [name, run] of Object.entries(benchmarks)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  results[name] = await run();
  console.log(`\n${name}`);
  console.table(Object.fromEntries(rowsOf(results[name])));
}
if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
