// A report's page, opened from a file, and what can be measured there.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { type LookOptions, type MeasuredText, measureIn, openPage } from "./browser-page.ts";

/** Pages and pictures of the last run, for people. Not in git. */
const artifacts = fileURLToPath(new URL("../.report-page", import.meta.url));

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
    const { scheme = "light", width = 1280 } = options;
    const file = join(artifacts, `${name}.html`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, html);
    const url = pathToFileURL(file).href;
    const { page, offences } = await openPage(browser, url, (it) => it === url, options);
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
    return await measureIn(this.page, "timeline()");
  }

  /** All in sight. */
  async texts(): Promise<readonly MeasuredText[]> {
    return await measureIn(this.page, "texts()");
  }

  /** The text that is to be seen where the first such element's middle is. */
  async textOnTop(selector: string): Promise<string> {
    return await measureIn(this.page, `onTop(${JSON.stringify(selector)})`);
  }

  async countElements(): Promise<number> {
    return await this.page.evaluate("document.querySelectorAll('*').length");
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
