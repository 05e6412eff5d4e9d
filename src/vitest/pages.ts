// The pages of a failed test's runs, as files.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { TestContext } from "vitest";
import type { Interleaving } from "../report/interleaving.js";

type Test = TestContext["task"];

/** Of a test that fails in a loop the last runs tell why. */
const pageLimit = 10;
const slugLimit = 100;

/**
 * Writes a page for each of the last ten runs.
 * @param folder from the root of the test's project
 * @returns their places as URLs, which a terminal opens
 * @throws what the file system says against it
 */
export function writePages(test: Test, interleavings: readonly Interleaving[], folder: string): readonly string[] {
  const target = resolve(rootOf(test), folder);
  mkdirSync(target, { recursive: true });
  const name = nameOf(test);
  const first = Math.max(0, interleavings.length - pageLimit);
  return interleavings.slice(first).map((interleaving, at) => {
    const run = interleavings.length > 1 ? `-run-${first + at + 1}` : "";
    const file = resolve(target, `${name}${run}.html`);
    writeFileSync(file, interleaving.toHtml({ title: titleOf(test) }));
    return pathToFileURL(file).href;
  });
}

function titleOf({ fullTestName, result }: Test): string {
  const [error] = result?.errors ?? [];
  const why = error?.message.split("\n", 1)[0];
  return why ? `${fullTestName}: ${why}` : fullTestName;
}

// Vitest names a file by its path from its project's root, and tells the root to nobody.
function rootOf({ file: { filepath, name } }: Test): string {
  return filepath.endsWith(`/${name}`) ? filepath.slice(0, -name.length) : process.cwd();
}

// The same for the same test every time, and another's never: tests of one name have ids of their own.
function nameOf({ file, fullTestName, id, result }: Test): string {
  const slug = `${file.name} ${fullTestName}`.replace(/[^a-z\d]+/gi, "-").slice(0, slugLimit);
  const digest = createHash("sha256").update(`${file.filepath} ${id}`).digest("hex").slice(0, 8);
  const { retryCount = 0, repeatCount = 0 } = result ?? {};
  const attempt = [repeatCount > 0 && `-repeat-${repeatCount}`, retryCount > 0 && `-retry-${retryCount}`];
  return [slug, "-", digest, ...attempt].filter((part) => part !== false).join("");
}
