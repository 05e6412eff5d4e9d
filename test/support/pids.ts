import { readFileSync } from "node:fs";
import { until } from "./until.ts";

/** True while the process runs. One that has ended and is not reaped yet has gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Resolves when none of the processes is left; the limit is what the product promises. */
export async function untilGone(pids: readonly number[], limitMs = 1_000): Promise<void> {
  if (pids.length === 0) throw new Error("No process was named: the test would prove nothing.");
  const deadline = performance.now() + limitMs;
  for (const pid of pids) {
    const what = `the end of process ${pid} of ${pids.join(", ")}`;
    await until(what, () => (isAlive(pid) ? undefined : true), deadline - performance.now());
  }
}

/** Ends what a failed test has left, so that it disturbs no other. */
export function sweep(pids: readonly number[]): void {
  for (const pid of pids) {
    // 1 and below mean everybody.
    if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`${pid} is no process of a test.`);
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // As it should be: it is gone.
    }
  }
}
