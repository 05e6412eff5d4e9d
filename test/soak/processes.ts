// All processes of this soak, by a variable that each inherits from it, whoever its parent is by now.
import { readdirSync, readFileSync } from "node:fs";

const variable = "SPANGATE_SOAK";

/** Everything that is started from now on is counted. */
export function markDescendants(): void {
  process.env[variable] = String(process.pid);
}

/** Those that live, but for this one: pid → command line. */
export function descendants(): ReadonlyMap<number, string> {
  const mark = `${variable}=${process.pid}`;
  const found = new Map<number, string>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark)) continue;
      found.set(pid, readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim());
    } catch {
      // It has ended meanwhile, or is another user's.
    }
  }
  return found;
}
