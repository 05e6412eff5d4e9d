// Runs a driver's own test suite in several modes and tells what differs:
//   node test/transparency/run.ts SUITE FOLDER [MODES] [ONLY]
// MODES are separated by commas; ONLY is a part of the names of the files to run.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sumOf } from "./count-events.ts";
import { modes, type Told } from "./modes.ts";
import { tellCounts, tellDifferences } from "./report.ts";
import { type Results, resultsOf } from "./results.ts";
import { type Part, suites } from "./suites.ts";

const defaultLimitMs = 600_000;

const [name = "", folder = "", asked = Object.keys(modes).join(), only = ""] = process.argv.slice(2);
const suite = suites[name];
if (!suite || folder === "") {
  console.error(`usage: node test/transparency/run.ts ${Object.keys(suites).join("|")} FOLDER [MODES] [ONLY]`);
  process.exit(1);
}
const scratch = mkdtempSync(join(tmpdir(), "transparency-"));
const file = join(scratch, "results.jsonl");
const all = new Map<string, Results>();

for (const mode of asked.split(",")) {
  const run = modes[mode];
  if (!run) throw new Error(`no mode "${mode}": there are ${Object.keys(modes).join(", ")}`);
  const results: Results = new Map();
  const begun = performance.now();
  let told: Told;
  // Each with a run of its own: a process that dies ends it.
  for (const part of suite.parts(folder, only)) {
    const counts = await run(async (env) => {
      writeFileSync(file, "");
      const { exitCode, output } = await perform(part, env);
      for (const [title, result] of resultsOf(part, readFileSync(file, "utf8"), output, exitCode)) {
        results.set(title, result);
      }
    });
    told = counts && sumOf(told, counts);
  }
  all.set(mode, results);
  tellCounts(mode, results, told, performance.now() - begun);
}
tellDifferences(all);
rmSync(scratch, { recursive: true });

function perform({ command, cwd, env: own, limitMs = defaultLimitMs }: Part, env: Readonly<Record<string, string>>) {
  const [program = "", ...args] = command.map((word) => word.replace("RESULTS", file));
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NODE_COMPILE_CACHE: join(scratch, "compiled"), ...own, ...env, TRANSPARENCY_RESULTS: file },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise<{ exitCode: number | null; output: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => {
      clearTimeout(limit);
      resolve({ exitCode, output });
    });
  });
}
