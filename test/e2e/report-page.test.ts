// The page of a report in a real browser: what is to be seen, by its boxes, and what can be done with it.
import type { Browser } from "playwright-core";
import { postgres } from "spangate";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { renderPage } from "../../src/report/page.ts";
import type { Report } from "../../src/report/report.ts";
import type { LookOptions } from "../support/browser-page.ts";
import { openChromium, whyNoChromium } from "../support/chromium.ts";
import { failureOf } from "../support/failures.ts";
import { draftReport, largeReport, moment, reportedActor, reportedSpan } from "../support/report-drafts.ts";
import { type Rect, ReportPage } from "../support/report-page.ts";
import { Statements } from "../support/statements.ts";
import { openPostgres } from "../support/stores.ts";

const missing = whyNoChromium();
const commit = "pg.query:COMMIT *";
let browser: Browser;
const opened: ReportPage[] = [];

describe.skipIf(missing)("the page of a report", () => {
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());
  // Whatever a test does with the page: nothing is loaded, and nothing goes wrong.
  afterEach(async () => {
    const offences = opened.flatMap((it) => it.offences);
    await Promise.all(opened.splice(0).map((it) => it.close()));
    expect(offences).toEqual([]);
  });

  async function open(name: string, report: Report | string, options?: LookOptions): Promise<ReportPage> {
    const html = typeof report === "string" ? report : renderPage(report);
    const page = await ReportPage.open(browser, name, html, options);
    opened.push(page);
    return page;
  }

  describe("of a real run, in which one holds a lock and two wait for it", () => {
    let queue: string;
    let deadlock: string;

    beforeAll(async () => {
      const statements = await Statements.open(openPostgres, postgres);
      try {
        queue = await runQueue(statements);
        deadlock = await runDeadlock(statements);
      } finally {
        await statements.close();
      }
    });

    it.each([
      ["light", 1280],
      ["dark", 1280],
      ["light", 600],
      ["dark", 600],
    ] as const)("stands in order and can be read: %s, %d pixels wide", async (scheme, width) => {
      const shown = await open("queue", queue, { scheme, width });
      await shown.picture();
      const { bars, pauses, labels, spilling } = await shown.timeline();
      expectApart(bars);
      for (const { phase, pause, bar } of pauses) {
        if (phase === "before") expectWithin(pause, bar);
        else expect(pause.left).toBeGreaterThanOrEqual(bar.right - 1);
      }
      expect(new Set(pauses.map(({ phase }) => phase)).size).toBe(2);
      for (const { label, bar } of labels) expectWithin(label, bar);
      expect(spilling).toEqual([]);
      expect((await shown.texts()).filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      // Nothing but the window itself scrolls sideways.
      expect(await shown.page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    });

    it("tells who waits for whom, and draws a line between them", async () => {
      const shown = await open("queue", queue);
      const { page } = shown;
      const waits = page.locator(".block.wait");
      expect(await waits.evaluateAll((all) => all.map((it) => it.getAttribute("aria-label")))).toEqual([
        "waits for alice: ExclusiveLock on advisory",
        "waits for alice, bob: ExclusiveLock on advisory",
        "waits for bob: ExclusiveLock on advisory",
      ]);
      expect(await page.locator(".connectors circle").count()).toBe(4);
      await shown.click(waits.first());
      expect(await page.locator(".part.wait[aria-current]").textContent()).toContain("ExclusiveLock on advisory");
    });

    it("lists the order, and goes to where a checkpoint was reached", async () => {
      const { page } = await open("queue", queue);
      expect(await page.locator(".order .outcome").allTextContents()).toHaveLength(9);
      await page.locator(".checkpoint", { hasText: "alice.before" }).click();
      const selected = page.locator("[role=treeitem][aria-selected=true]");
      expect(await selected.getAttribute("aria-label")).toMatch(/^held before pg.query:COMMIT/);
      expect(await page.locator(".details .copy code").textContent()).toBe('alice.before("pg.query:COMMIT *")');
      expect(await page.locator(".moment[aria-current]").first().textContent()).toContain(
        "held before pg.query:COMMIT",
      );
    });

    it("says what would have to be recorded for a statement to be seen", async () => {
      const { page } = await open("queue", queue);
      await page.locator(".moment", { hasText: "before pg.query:UPDATE" }).first().click();
      expect(await page.locator(".missing").textContent()).toBe(
        'The statement is not recorded: openGateway({ recordAttributes: ["db.query.text"] })',
      );
    });

    it("keeps in sight what holds the span that is selected", async () => {
      const shown = await open("queue", queue);
      const held = shown.page.locator(".block.pause.before").first();
      const bar = shown.page.locator(`.bar[data-key="span ${await held.getAttribute("data-span")}"]`);
      await shown.click(held);
      await shown.page.keyboard.press("ArrowLeft");
      expect(await bar.getAttribute("aria-selected")).toBe("true");
      expect(await shown.textOnTop(".block.pause.before .number")).toMatch(/^\d$/);
    });

    it("of one that failed begins with the error, and has the whole story", async () => {
      const shown = await open("deadlock", deadlock, { scheme: "dark" });
      expect(await shown.page.locator("h1").textContent()).toMatch(/Deadlock bob cannot reach/);
      await shown.page.locator("summary").click();
      expect(await shown.page.locator(".verdict pre").textContent()).toMatch(/bob waits for alice/);
      expect(await shown.page.locator(".checkpoint.failed").textContent()).toContain("the run failed here");
      expect(await shown.page.locator(".checkpoint.pending").count()).toBe(2);
      await shown.picture();
    });
  });

  it("takes names for texts, whatever they are", async () => {
    const names = [
      "</script><img src=x onerror=hacked=1>",
      "<!--<script>hacked=1</script>",
      "שלום",
      "👩‍🚀",
      "x".repeat(5000),
    ];
    const [first = "", second = ""] = names;
    const shown = await open(
      "hostile",
      draftReport({
        actors: names.map((name) => reportedActor(name, { endedMs: 50, error: first })),
        order: names.map((actor, index) => ({
          ...{ index, step: index, actor, phase: "finished", code: `${actor}.finished`, reached: true, atMs: 50 },
        })),
        spans: names.map((name, at) =>
          reportedSpan(name, {
            actor: name,
            name,
            service: name,
            startMs: at * 9,
            endMs: at * 9 + 20,
            attributes: { [name]: name },
          }),
        ),
        moments: names.map((name, at) => moment(at * 9, "passed", { actor: name, text: name, spanId: name })),
        failure: { code: "StepTimedOut", message: names.join("\n"), actor: first },
      }),
    );
    const { page } = shown;
    for (const name of [first, second]) {
      await page.locator(".moment", { hasText: name }).first().click();
      expect(await page.locator(".details h2").textContent()).toBe(name);
    }
    expect(await page.locator("h1 .line").textContent()).toBe(first);
    expect(await page.locator("img, .dock script").count()).toBe(0);
    expect(await page.evaluate("typeof hacked")).toBe("undefined");
  });

  describe("by the keyboard alone", () => {
    const pause = { phase: "after", mode: "flow", checkpoint: 0, fromMs: 30, toMs: 60, withdrawn: null } as const;
    const report = draftReport({
      spans: [
        reportedSpan("post", { name: "POST", kind: "server", startMs: 10, endMs: 90 }),
        reportedSpan("read", {
          ...{ name: "read", parentSpanId: "post", startMs: 20, endMs: 30, pauses: [pause] },
          attributes: { "db.query.text": "SELECT balance FROM account WHERE id = 1" },
        }),
        reportedSpan("write", { name: "write", actor: "bob", startMs: 40, endMs: 55 }),
      ],
      moments: [moment(10, "passed", { spanId: "post" }), moment(20, "passed", { spanId: "read" })],
    });
    const focused = (shown: ReportPage) =>
      shown.page.evaluate<string>(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.className",
      );

    it("walks from span to span, opens and closes the details", async () => {
      const shown = await open("keys", report);
      const { keyboard } = shown.page;
      const treeLabel = await shown.page.locator("[role=tree]").getAttribute("aria-label");
      for (let tabs = 0; tabs < 12 && (await focused(shown)) !== treeLabel; tabs++) {
        await keyboard.press("Tab");
      }
      const walk = [];
      for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "Home"]) {
        await keyboard.press(key);
        walk.push((await focused(shown))?.split(",")[0]);
      }
      expect(walk).toEqual([
        "POST",
        "read",
        "held after read for 30 ms: a checkpoint",
        "write",
        "held after read for 30 ms: a checkpoint",
        "POST",
      ]);
      expect(await shown.page.locator(".details").count()).toBe(0);
      await keyboard.press("ArrowRight");
      await keyboard.press("Enter");
      await expect.poll(() => focused(shown)).toBe("Details");
      expect(await shown.page.locator(".sql").textContent()).toBe("SELECT balance\nFROM account\nWHERE id = 1");
      await keyboard.press("Escape");
      await expect.poll(() => focused(shown)).toMatch(/^read,/);
      expect(await shown.page.locator(".details").count()).toBe(0);
    });

    it("has one place to come to with Tab, which is the selection", async () => {
      const shown = await open("keys", report);
      const stops = shown.page.locator("[role=tree][tabindex='0'], [role=tree] [tabindex='0']");
      expect(await stops.count()).toBe(1);
      await shown.click(shown.span("read"));
      expect(await stops.count()).toBe(1);
      expect(await stops.getAttribute("aria-label")).toMatch(/^read,/);
    });

    it("keeps the label of what is selected in sight", async () => {
      const shown = await open("keys", report);
      await shown.click(shown.span("POST"));
      await shown.page.mouse.move(0, 0);
      expect(await shown.textOnTop('.label[data-key="span post"] bdi')).toBe("POST");
    });

    it("filters, and goes from match to match", async () => {
      const shown = await open("keys", report);
      const { keyboard, page } = { keyboard: shown.page.keyboard, page: shown.page };
      await keyboard.press("/");
      await keyboard.type("account");
      expect(await page.locator(".filter output").textContent()).toBe("2 matches");
      expect(await page.locator(".bar:not(.dim)").count()).toBe(1);
      await keyboard.press("Enter");
      expect(await page.locator("[role=treeitem][aria-selected=true]").getAttribute("aria-label")).toMatch(/^read,/);
      await keyboard.press("Escape");
      await keyboard.press("/");
      await keyboard.press("Escape");
      expect(await page.locator(".filter input").inputValue()).toBe("");
      expect(await page.locator(".dim").count()).toBe(0);
    });

    it("shows the keys", async () => {
      const { page } = await open("keys", report);
      await page.keyboard.press("?");
      await page.locator("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "hidden" });
    });

    it("zooms to what is selected, and back to all", async () => {
      const shown = await open("keys", report);
      const widthOf = async (name: string) => (await shown.span(name).boundingBox())?.width ?? 0;
      const all = await widthOf("read");
      await shown.click(shown.span("read"));
      await shown.page.keyboard.press("+");
      expect(await widthOf("read")).toBeCloseTo(all * 1.5, 0);
      await shown.page.keyboard.press("z");
      expect(await widthOf("read")).toBeGreaterThan(all * 2);
      expect(await shown.span("write").count()).toBe(0);
      await shown.page.keyboard.press("0");
      expect(await widthOf("read")).toBeCloseTo(all, 0);
      expect(await shown.span("write").count()).toBe(1);
    });

    it("walks through the table of moments, and the timeline follows", async () => {
      const shown = await open("keys", report);
      const { keyboard, page } = { keyboard: shown.page.keyboard, page: shown.page };
      await page.locator(".moment").first().focus();
      await keyboard.press("ArrowDown");
      expect(await page.locator("[role=treeitem][aria-selected=true]").getAttribute("aria-label")).toMatch(/^read,/);
      await keyboard.press("Enter");
      await expect.poll(() => focused(shown)).toBe("Details");
    });
  });

  it("zooms where the pointer is, and is dragged", async () => {
    const spans = [reportedSpan("here", { name: "here", startMs: 50, endMs: 60 })];
    const shown = await open("pointer", draftReport({ spans }));
    const box = async () => (await shown.span("here").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const before = await box();
    await shown.page.mouse.move(before.x + 1, before.y + 8);
    await shown.page.keyboard.down("Control");
    await shown.page.mouse.wheel(0, -200);
    await shown.page.keyboard.up("Control");
    await expect.poll(async () => (await box()).width).toBeGreaterThan(before.width * 1.5);
    const zoomed = await box();
    expect(Math.abs(zoomed.x - before.x)).toBeLessThan(3);
    await shown.page.mouse.down();
    await shown.page.mouse.move(before.x + 51, before.y + 8, { steps: 5 });
    await shown.page.mouse.up();
    expect((await box()).x - zoomed.x).toBeCloseTo(50, 0);
    // The end of a drag is no click.
    expect(await shown.page.locator(".details").count()).toBe(0);
  });

  it("shortens the time in which nobody moves, and says where; or not", async () => {
    const pause = { phase: "after", mode: "flow", checkpoint: 0, fromMs: 3, toMs: 997, withdrawn: null } as const;
    const spans = [1, 2, 997, 998].map((startMs) =>
      reportedSpan(`s${startMs}`, {
        name: `s${startMs}`,
        startMs,
        endMs: startMs + 1,
        pauses: startMs === 2 ? [pause] : [],
      }),
    );
    const shown = await open(
      "breaks",
      draftReport({ endMs: 1000, actors: [reportedActor("alice", { endedMs: 999 })], spans }),
    );
    expect(await shown.page.locator(".break-text").getAttribute("title")).toBe("994 ms in which nobody moves");
    const width = async () => (await shown.span("s1").boundingBox())?.width ?? 0;
    const shortened = await width();
    await shown.page.locator(".axis input").uncheck();
    expect(await shown.page.locator(".break-text").count()).toBe(0);
    expect(await width()).toBeLessThan(shortened / 10);
  });

  it("has a flag for every checkpoint, at the very end too, and no more than fits", async () => {
    const order = [10, 40, 41, 99, 100, 100].map((atMs, index) => ({
      ...{ index, step: index, actor: "alice", phase: "finished", code: `checkpoint ${index}`, reached: true, atMs },
    })) satisfies Report["order"];
    const { page } = await open("flags", draftReport({ order }), { width: 700 });
    expect(await page.locator(".flag").allTextContents()).toEqual(["1", "2–3", "4–6"]);
    const box = await page.locator(".flag").last().boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(700);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(700);
  });

  it("of ten thousand spans has no more in the document than can be seen", async () => {
    const shown = await open("large", largeReport(12, 834));
    expect(await shown.page.locator(".cluster").count()).toBeGreaterThan(0);
    expect(await shown.countElements()).toBeLessThan(3000);
    await shown.picture();
    await shown.page.locator(".cluster").first().click();
    await shown.page.locator(".moments .scroller").evaluate((it) => it.scrollTo(0, it.scrollHeight));
    await expect.poll(() => shown.page.locator(".moment").last().textContent()).toContain("after actor-12-0");
    expect(await shown.countElements()).toBeLessThan(3000);
    await shown.page.keyboard.press("0");
    await shown.page.locator("[role=tree]").focus();
    for (const key of ["ArrowRight", "End"]) await shown.page.keyboard.press(key);
    expect(await shown.page.locator("[role=treeitem]:focus").getAttribute("aria-label")).toMatch(/^actor-1-833,/);
  });

  it.each([
    ["without an actor", draftReport({ actors: [], endMs: 0 })],
    ["without a span", draftReport({ actors: [reportedActor("alice", { beganMs: null })], endMs: 0 })],
    [
      "with spans that have no start or no end",
      draftReport({ spans: [reportedSpan("a", { startMs: null }), reportedSpan("b", { endMs: null })] }),
    ],
  ])("is there %s", async (name, report) => {
    const { page } = await open(name.replaceAll(" ", "-"), report);
    expect(await page.locator(".lane").count()).toBe(report.actors.length);
    expect(await page.locator(".bar").count()).toBe(report.spans.length);
  });

  it("has all moments on paper, and nothing to press", async () => {
    const { page } = await open("paper", largeReport(2, 60));
    await page.emulateMedia({ media: "print" });
    await expect.poll(() => page.locator(".moment").count()).toBe(240);
    expect(await page.locator(".zoom").isVisible()).toBe(false);
  });

  it("tells its story to readers without scripts", () => {
    const html = renderPage(draftReport({ moments: [moment(1, "begin", { text: "<begins>" })] }));
    expect(html).toContain("&lt;begins&gt;");
    expect(html).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
  });
});

async function runQueue(statements: Statements): Promise<string> {
  await statements.store.reset(100);
  const [lock, write] = ["SELECT pg_advisory_xact_lock(3)", "UPDATE account SET balance = balance - 10 WHERE id = 1"];
  const [alice, bob, carol] = [
    statements.transaction("alice", lock, write),
    statements.transaction("bob", lock, write),
    statements.transaction("carol", lock, write),
  ];
  await using run = statements.gateway.runner(
    [alice, bob, carol],
    [
      ...[alice.before(commit), bob.blocked, carol.blocked, alice.finished],
      // Where bob stands the lock is his, and carol waits for nobody else.
      ...[bob.before(commit), bob.after(commit), bob.finished, carol.before(commit), carol.finished],
    ],
  );
  await run.finish();
  return run.interleaving.toHtml();
}

async function runDeadlock(statements: Statements): Promise<string> {
  const lock = "SELECT pg_advisory_xact_lock(4)";
  const [alice, bob] = [statements.transaction("alice", lock), statements.transaction("bob", lock)];
  await using run = statements.gateway.runner(
    [alice, bob],
    [alice.before(commit), bob.before(commit), bob.finished, alice.finished],
  );
  await failureOf(run.finish());
  return run.interleaving.toHtml();
}

function expectWithin(inner: Rect, outer: Rect): void {
  expect(inner.left).toBeGreaterThanOrEqual(outer.left - 1);
  expect(inner.right).toBeLessThanOrEqual(outer.right + 1);
  expect(inner.top).toBeGreaterThanOrEqual(outer.top - 1);
  expect(inner.bottom).toBeLessThanOrEqual(outer.bottom + 1);
}

/** None of one row lies over another. */
function expectApart(rects: readonly Rect[]): void {
  expect(rects.length).toBeGreaterThan(10);
  for (const row of Map.groupBy(rects, ({ top }) => Math.round(top)).values()) {
    row
      .toSorted((one, other) => one.left - other.left)
      .reduce((before, it) => {
        expect(it.left).toBeGreaterThanOrEqual(before.right - 1);
        return it;
      });
  }
}
