// What all pages in a browser have in tests: how one is opened, what must never happen there, what can be measured.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";

export interface LookOptions {
  readonly scheme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
}

export interface MeasuredText {
  readonly text: string;
  readonly classes: string;
  /** By WCAG 2, against the worst of the colours behind it: 1 to 21. */
  readonly contrast: number;
}

const measures = readFileSync(new URL("../fixtures/report-page/measure.js", import.meta.url), "utf8").replace(
  /;\s*$/,
  "",
);

export interface OpenedPage {
  readonly page: Page;
  /** Requests to elsewhere, errors, dialogs, breaches of the policy. */
  readonly offences: string[];
  /** Every address that was asked for. */
  readonly requests: readonly string[];
}

/**
 * In a context of its own, which knows nothing of others.
 * @param isOwn whether the page may ask for an address
 */
export async function openPage(
  browser: Browser,
  url: string,
  isOwn: (url: string) => boolean,
  { scheme = "light", width = 1280, height = 800 }: LookOptions,
): Promise<OpenedPage> {
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, colorScheme: scheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const offences: string[] = [];
  const requests: string[] = [];
  page.on("request", (request) => {
    requests.push(request.url());
    if (!isOwn(request.url())) offences.push(`request: ${request.url()}`);
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
  return { page, offences, requests };
}

/** @param call one of measure.js's functions, called */
export async function measureIn<Measured>(page: Page, call: string): Promise<Measured> {
  return await page.evaluate(`${measures}.${call}`);
}
