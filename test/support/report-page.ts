// A report's page, opened from a file, and what can be measured there.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";

/** Pages and pictures of the last run, for people. Not in git. */
const artifacts = fileURLToPath(new URL("../.report-page", import.meta.url));

export interface LookOptions {
  readonly scheme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
}

/** In pixels, from the window's top and left. */
export interface Rect {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface MeasuredTimeline {
  readonly bars: readonly Rect[];
  readonly pauses: readonly { readonly phase: "before" | "after"; readonly pause: Rect; readonly bar: Rect }[];
  /** Those that stand in their bars. */
  readonly labels: readonly { readonly label: Rect; readonly bar: Rect }[];
  /** The classes of what shows more than its box. */
  readonly spilling: readonly string[];
}

export interface MeasuredText {
  readonly text: string;
  readonly classes: string;
  /** By WCAG 2, against the worst of the colours behind it: 1 to 21. */
  readonly contrast: number;
}

const measure = readFileSync(new URL("../fixtures/report-page/measure.js", import.meta.url), "utf8").replace(
  /;\s*$/,
  "",
);

export class ReportPage {
  readonly page: Page;
  /** What a page from a file must not do: requests, errors, dialogs. */
  readonly offences: readonly string[];
  readonly #name: string;

  private constructor(page: Page, offences: readonly string[], name: string) {
    this.page = page;
    this.offences = offences;
    this.#name = name;
  }

  static async open(browser: Browser, name: string, html: string, options: LookOptions = {}): Promise<ReportPage> {
    const { scheme = "light", width = 1280, height = 800 } = options;
    const file = join(artifacts, `${name}.html`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, html);
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce" });
    const url = pathToFileURL(file).href;
    const offences: string[] = [];
    page.on("request", (request) => {
      if (request.url() !== url) offences.push(`request: ${request.url()}`);
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) offences.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => offences.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      offences.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    await page.locator(".timeline").waitFor();
    return new ReportPage(page, offences, `${name}-${scheme}-${width}`);
  }

  /** A picture for people; nothing is compared, because fonts differ. */
  async picture(): Promise<void> {
    await this.page.screenshot({ path: join(artifacts, `${this.#name}.png`) });
  }

  span(name: string): Locator {
    return this.page.locator(`.bar[aria-label^="${name},"]`);
  }

  /** As a hand does it: whatever lies over it gets the click. */
  async click(target: Locator): Promise<void> {
    const box = await target.boundingBox();
    if (!box) throw new Error("It is not in sight.");
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }

  async timeline(): Promise<MeasuredTimeline> {
    return await this.page.evaluate(`${measure}.timeline()`);
  }

  /** All in sight. */
  async texts(): Promise<readonly MeasuredText[]> {
    return await this.page.evaluate(`${measure}.texts()`);
  }

  /** The text that is to be seen where the first such element's middle is. */
  async textOnTop(selector: string): Promise<string> {
    return await this.page.evaluate(`${measure}.onTop(${JSON.stringify(selector)})`);
  }

  async countElements(): Promise<number> {
    return await this.page.evaluate("document.querySelectorAll('*').length");
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
