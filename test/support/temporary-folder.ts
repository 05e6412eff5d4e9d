// A folder for one test, with a space in its path.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Gone when the test is finished. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "spangate test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
