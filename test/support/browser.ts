// A real Chromium without a window, for what people look at.
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const usualPlaces = [
  "/usr/bin",
  "/usr/local/bin",
  "/snap/bin",
  "/opt/google/chrome",
  "/Applications/Chromium.app/Contents/MacOS",
  "/Applications/Google Chrome.app/Contents/MacOS",
];

const quiet = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** Where a Chromium is; SPANGATE_TEST_CHROMIUM names another. */
export function findChromium(): string | undefined {
  const named = process.env["SPANGATE_TEST_CHROMIUM"];
  if (named) return named;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...usualPlaces];
  const candidates = folders.flatMap((folder) => [...names, "Chromium", "Google Chrome"].map((it) => join(folder, it)));
  return candidates.find(isExecutable);
}

/**
 * Why there is no browser, which is printed as well; `undefined` when there is one.
 * @throws {Error} instead, where SPANGATE_TEST_SERVERS is "required": CI skips nothing
 */
export function whyNoBrowser(): string | undefined {
  if (findChromium() !== undefined) return undefined;
  const reason = "no Chromium in PATH; set SPANGATE_TEST_CHROMIUM to one";
  if (process.env["SPANGATE_TEST_SERVERS"] === "required") throw new Error(`Cannot test: ${reason}.`);
  console.warn(`Skipped: ${reason}.`);
  return reason;
}

/** A browser with a new user's data, which are gone when it is closed. */
export class Browser {
  readonly context: BrowserContext;
  readonly #folder: string;

  private constructor(context: BrowserContext, folder: string) {
    this.context = context;
    this.#folder = folder;
  }

  static async open(): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "spangate-browser-"));
    const options = { executablePath: findChromium() ?? "chromium", headless: true, args: quiet };
    return new Browser(await chromium.launchPersistentContext(folder, options), folder);
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
