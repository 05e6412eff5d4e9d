// A real browser, for what is made to be looked at. What it would show is skipped where a machine has none.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const commands = ["chromium", "chromium-browser", "google-chrome"];
const found = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => commands.map((command) => join(folder, command)))
  .find(canRun);

/**
 * Why there is no browser, which is printed as well; `undefined` when there is one.
 * @throws {Error} instead, where SPANGATE_TEST_SERVERS is "required": CI skips nothing
 */
export function whyNoChromium(): string | undefined {
  if (found) return undefined;
  const reason = `none of ${commands.join(", ")} in PATH`;
  if (process.env["SPANGATE_TEST_SERVERS"] === "required") throw new Error(`Cannot test: ${reason}.`);
  console.warn(`Skipped: ${reason}.`);
  return reason;
}

/** Quiet and without a network of its own. */
export async function openChromium(): Promise<Browser> {
  const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return await chromium.launch({
    ...(found !== undefined && { executablePath: found }),
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet],
  });
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
