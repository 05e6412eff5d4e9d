// The interactive page in a browser, and what must never happen there.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { type LookOptions, type MeasuredText, measureIn, type OpenedPage, openPage } from "./browser-page.ts";

/** Pictures of the last run, for people. Not in git. */
const artifacts = fileURLToPath(new URL("../.ui-page", import.meta.url));

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** It has more than it shows. */
  readonly spills: boolean;
}

export class UiPage {
  readonly page: Page;
  /** Requests to elsewhere, errors, dialogs, breaches of the policy. */
  readonly offences: string[];
  /** Every address that was asked for. */
  readonly requests: readonly string[];

  private constructor({ page, offences, requests }: OpenedPage) {
    this.page = page;
    this.offences = offences;
    this.requests = requests;
  }

  /** @param url with or without the token behind # */
  static async open(browser: Browser, url: string, options: LookOptions = {}): Promise<UiPage> {
    const { origin } = new URL(url);
    const opened = await openPage(browser, url, (it) => it.startsWith(`${origin}/`), options);
    return new UiPage(opened);
  }

  /** A picture for people; nothing is compared, because fonts differ. */
  async picture(name: string): Promise<void> {
    mkdirSync(artifacts, { recursive: true });
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  /** Whose move it is. */
  get turn(): Locator {
    return this.page.locator(".turn");
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The hold of an actor. */
  hold(actor: string): Locator {
    return this.page.locator(`.hold[aria-label^="${actor} held"]`);
  }

  /** Until a step waits for the person, as the page tells it. */
  async waitForMove(): Promise<void> {
    await this.page.locator(".turn.person").waitFor();
  }

  /** What went wrong so far, where a test means it to. */
  takeOffences(): readonly string[] {
    return this.offences.splice(0);
  }

  async texts(): Promise<readonly MeasuredText[]> {
    return await measureIn(this.page, "texts()");
  }

  /** Of the first one. */
  async box(selector: string): Promise<Box> {
    const [box] = await this.boxes(this.page.locator(selector).first());
    if (!box) throw new Error(`No ${selector}.`);
    return box;
  }

  async boxes(all: Locator): Promise<readonly Box[]> {
    return await all.evaluateAll((found) =>
      found.map((it) => {
        const { left, right, top, bottom } = it.getBoundingClientRect();
        return { left, right, top, bottom, spills: it.scrollWidth > it.clientWidth };
      }),
    );
  }

  /** The names of elements that show more than their box, or lie beside the window. */
  async spilling(): Promise<readonly string[]> {
    return await this.page.evaluate(`[...document.querySelectorAll(".live button, .hold, .hold *, .controls *")]
      .filter((it) => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX === "visible" && getComputedStyle(it).display !== "inline")
      .map((it) => it.tagName + "." + it.className)`);
  }

  /** Pairs of rows, cards and buttons that lie on each other. */
  async overlaps(): Promise<readonly string[]> {
    return await this.page.evaluate(`(() => {
      const all = [...document.querySelectorAll(".event .what, .hold, .buttons button, .order-panel .checkpoint")];
      const boxes = all.map((it) => [it, it.getBoundingClientRect()]);
      return boxes.flatMap(([one, a], at) => boxes.slice(at + 1).flatMap(([other, b]) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1 &&
        a.closest === undefined && !one.contains(other) && one.closest(".history, .now, .buttons, .order-panel") === other.closest(".history, .now, .buttons, .order-panel")
          ? [one.textContent + " / " + other.textContent] : []));
    })()`);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
