// Mermaid itself reads and draws what the interleaving is written as, in a browser, as GitHub does.
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportOf } from "../../src/report/build.ts";
import { renderMermaid } from "../../src/report/mermaid.ts";
import { openChromium, whyNoChromium } from "../support/chromium.ts";
import { anyReport, hostileNames } from "../support/recordings.ts";

/** As its script leaves it in the page. */
interface Mermaid {
  initialize(options: { readonly startOnLoad: boolean }): void;
  parse(text: string): Promise<unknown>;
  render(id: string, text: string): Promise<{ readonly svg: string }>;
}

const oneLine = (text: string) => text.replace(/[\p{C}\p{Z}\s]+/gu, " ").trim();
const script = fileURLToPath(new URL("mermaid.min.js", import.meta.resolve("mermaid")));

describe.skipIf(whyNoChromium())("an interleaving as a sequence diagram", () => {
  let browser: Browser | undefined;
  let page: Page;

  beforeAll(async () => {
    browser = await openChromium();
    page = await browser.newPage();
    await page.addScriptTag({ path: script });
    await page.evaluate(() =>
      (globalThis as unknown as { mermaid: Mermaid }).mermaid.initialize({ startOnLoad: false }),
    );
  });
  afterAll(() => browser?.close());

  /** What Mermaid says against the first text that it cannot read; `undefined` when it reads them all. */
  async function complaint(texts: readonly string[]): Promise<string | undefined> {
    return await page.evaluate(async (texts) => {
      const { mermaid } = globalThis as unknown as { mermaid: Mermaid };
      for (const text of texts) {
        const told = await mermaid.parse(text).then(
          () => undefined,
          (error: unknown) => `${String(error)}\n${text}`,
        );
        if (told !== undefined) return told;
      }
      return undefined;
    }, texts);
  }

  /** The texts that the drawing shows. */
  async function drawn(text: string): Promise<readonly string[]> {
    return await page.evaluate(async (text) => {
      const { mermaid, DOMParser } = globalThis as unknown as {
        mermaid: Mermaid;
        DOMParser: new () => {
          parseFromString(
            text: string,
            type: string,
          ): { querySelectorAll(of: string): Iterable<{ textContent: string }> };
        };
      };
      const { svg } = await mermaid.render("drawing", text);
      const texts = new DOMParser().parseFromString(svg, "text/html").querySelectorAll("text");
      return Array.from(texts, ({ textContent }) => textContent);
    }, text);
  }

  it("can be read, whatever actors, services, spans, locks and errors are called", { timeout: 120_000 }, async () => {
    const texts = fc.sample(anyReport, 200).map(renderMermaid);
    expect(texts.filter((text) => text.includes("->>")).length).toBeGreaterThan(50);
    expect(await complaint(texts)).toBeUndefined();
  });

  it("shows every name as it is, on one line", async () => {
    for (const hostile of hostileNames.map((name) => `${name} a ${name.slice(0, 5)}`)) {
      const entries = [{ type: "ended", actor: hostile, error: hostile, atMs: 1 } as const];
      const actors = [{ name: hostile, traceparent: undefined }];
      const texts = await drawn(renderMermaid(reportOf({ actors, order: [], openedAtMs: 1, entries })));
      const [firstLine = ""] = hostile.split("\n", 1);
      expect(texts.map(oneLine)).toEqual(
        expect.arrayContaining([oneLine(hostile), oneLine(`ends with an error: ${firstLine}`)]),
      );
    }
  });

  it("is small enough to be drawn, however long the run was and its names are", async () => {
    const long = ";#<>".repeat(1_000);
    const actors = ["alice", "bob"].map((name) => ({ name: name + long, traceparent: undefined }));
    const entries = Array.from({ length: 3_000 }, (_, atMs) => ({
      ...({ type: "ended", error: long, atMs } as const),
      actor: actors[atMs % 2]?.name ?? "",
    }));
    const text = renderMermaid(reportOf({ actors, order: [], openedAtMs: 1, entries }));
    const texts = await drawn(text);
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.join("\n")).not.toContain("Maximum text size");
    expect(texts.join("\n")).toMatch(/… \d+ more, which are left out here …/);
  });
});
