// The interactive page in a real browser, beside a real coordinator, a real service and a real test.
import type { Browser } from "playwright-core";
import { type Gateway, openGateway, type RunnerOptions, type Service } from "spangate";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Happening } from "../../src/core/happenings.ts";
import type { LockWait, Reached, SpanFacts, Step } from "../../src/core/model.ts";
import type { UiServer } from "../../src/ui/server.ts";
import { Account, startBank, withdrawFrom } from "../support/bank.ts";
import type { LookOptions } from "../support/browser-page.ts";
import { arrival, at, facts, orderOf, passed } from "../support/builders.ts";
import { openChromium, whyNoChromium } from "../support/chromium.ts";
import { Served } from "../support/spangate.ts";
import { UiPage } from "../support/ui-page.ts";
import { playScene, type Scene } from "../support/ui-scene.ts";

const missing = whyNoChromium();
const read = "pg.query:SELECT bank";
let browser: Browser;
let account: Account;
let served: Served;
let gateway: Gateway;
let bank: Service;
const opened: UiPage[] = [];

describe.skipIf(missing)("the interactive page", () => {
  beforeAll(async () => {
    [browser, account, served] = await Promise.all([openChromium(), Account.open(), Served.start("--ui", "--step")]);
    gateway = await openGateway({ connect: served.at, recordAttributes: ["db.query.text"] });
    bank = await startBank(gateway, account);
  });
  beforeEach(() => account.reset(100));
  afterEach(async () => {
    const offences = opened.flatMap((it) => it.offences);
    await Promise.all(opened.splice(0).map((it) => it.close()));
    expect(offences).toEqual([]);
  });
  afterAll(async () => {
    await gateway.close();
    await served[Symbol.asyncDispose]();
    await account.close();
    await browser.close();
  });

  async function open(options?: LookOptions, url = served.ui): Promise<UiPage> {
    const shown = await UiPage.open(browser, url, options);
    opened.push(shown);
    return shown;
  }

  function race(options?: RunnerOptions) {
    const alice = gateway.starter("alice", withdrawFrom(bank));
    const bob = gateway.starter("bob", withdrawFrom(bank));
    const order = [alice.after(read), bob.after(read), alice.finished, bob.finished] as const;
    return { runner: gateway.runner([alice, bob], order, options), order };
  }

  it("is stepped through a lost update by keys alone, while the test looks at the balance", async () => {
    const shown = await open();
    const { keyboard } = shown.page;
    await shown.page.locator(".empty").waitFor();
    const { runner, order } = race();
    await using _ = runner;
    const both = runner.skipTo(order[1]);
    await shown.waitForMove();
    // By its name as soon as the page knows the run's order.
    await shown.turn.getByText("Your move: the test has called skipTo(bob.after(").waitFor();
    await keyboard.press("n");
    await shown.hold("alice").waitFor();
    await shown.waitForMove();
    expect(await shown.hold("alice").textContent()).toContain("SELECT balance\nFROM account\nWHERE id = 1");
    expect(await account.balance()).toBe(100);
    await keyboard.press("n");
    // The test has what it asked for: it looks, and nobody can step meanwhile.
    expect(String((await both)?.checkpoint)).toContain("bob.after");
    await shown.hold("bob").waitFor();
    await shown.turn.getByText("The test has the turn").waitFor();
    for (const name of ["Next", "Skip to…", "Finish"]) expect(await shown.button(name).isDisabled()).toBe(true);
    await keyboard.press("n");
    expect(await account.balance()).toBe(100);

    const results = runner.finish();
    await shown.waitForMove();
    await keyboard.press("s");
    const chosen = shown.page.locator("[role=option][aria-selected=true]");
    expect(await chosen.textContent()).toContain("alice.finished");
    await keyboard.press("ArrowDown");
    expect(await chosen.textContent()).toContain("bob.finished");
    await keyboard.press("ArrowUp");
    await keyboard.press("Enter");
    await shown.page.locator(".order-panel .reached", { hasText: "alice.finished" }).waitFor();
    await shown.waitForMove();
    // Alice has written, and bob will write over it.
    expect(await account.balance()).toBe(90);
    expect(await shown.hold("bob").count()).toBe(1);
    await keyboard.press("f");
    const { alice, bob } = await results;
    expect([alice.status, await bob.json()]).toEqual([200, { balance: 90 }]);
    expect(await account.balance()).toBe(90);
    await shown.page.locator(".order-panel h2", { hasText: "4 of 4" }).waitFor();
    expect(await shown.page.locator("output[aria-live]").textContent()).toMatch(/reached bob.finished/);
  });

  it("is stepped by a pointer, and a finish() of the test's goes step by step", async () => {
    const shown = await open();
    const { runner } = race();
    await using _ = runner;
    const results = runner.finish();
    await shown.waitForMove();
    await shown.button("Next").click();
    await shown.hold("alice").waitFor();
    await shown.waitForMove();
    await shown.button("Skip to…").click();
    await shown.page.getByRole("option", { name: "bob.after" }).click();
    await shown.hold("bob").waitFor();
    await shown.waitForMove();
    expect(await account.balance()).toBe(100);
    await shown.button("Finish").click();
    await results;
    expect(await account.balance()).toBe(90);
  });

  it("lets a hold go on past the order, by keys and by a pointer", async () => {
    const shown = await open();
    const { keyboard } = shown.page;
    const { runner, order } = race();
    await using _ = runner;
    const both = runner.skipTo(order[1]);
    await shown.waitForMove();
    await keyboard.press("f");
    await both;
    await shown.hold("bob").waitFor();
    // The first press chooses, and lets nobody go.
    await keyboard.press("r");
    expect(await shown.page.locator(".hold:has(:focus)").getAttribute("aria-label")).toMatch(/^alice/);
    await keyboard.press("ArrowRight");
    expect(await shown.page.locator(".hold:has(:focus)").getAttribute("aria-label")).toMatch(/^bob/);
    await keyboard.press("r");
    await shown.hold("bob").waitFor({ state: "detached" });
    expect(await shown.page.locator(".event.withdrawn").textContent()).toContain("released by hand");
    await shown.page.locator(".event.ended", { hasText: "ends" }).waitFor();
    expect(await account.balance()).toBe(90);
    await shown.button("Release alice, held after pg.query:SELECT bank").click();
    await shown.hold("alice").waitFor({ state: "detached" });
    const results = runner.finish();
    await shown.waitForMove();
    await keyboard.press("f");
    await results;
  });

  it("switches stepping by hand off for all, and what waits goes on; another page sees it", async () => {
    const [one, other] = [await open(), await open()];
    const { runner } = race();
    await using _ = runner;
    const results = runner.finish();
    await Promise.all([one.waitForMove(), other.waitForMove()]);
    await one.page.keyboard.press("b");
    await results;
    const toggle = other.page.getByRole("switch", { name: "Step by hand" });
    await expect.poll(() => toggle.getAttribute("aria-checked")).toBe("false");
    await toggle.click();
    await expect.poll(() => toggle.getAttribute("aria-checked")).toBe("true");
  });

  describe("and the token", () => {
    const plain = () => served.ui.replace(/#.*/, "");
    const secret = () => served.at.token;

    it("are parted at once: it is in no address, no history and no request's, and outlives a reload", async () => {
      const shown = await open();
      await shown.page.locator(".empty, .stage").first().waitFor();
      expect(shown.page.url()).toBe(plain());
      await shown.page.reload();
      await shown.page.locator(".empty, .stage").first().waitFor();
      expect(shown.requests.length).toBeGreaterThan(5);
      expect(shown.requests.filter((it) => it.includes(secret()))).toEqual([]);
      await shown.page.goBack();
      expect(shown.page.url()).not.toContain("token");
    });

    it("meet in a form, which says what is wrong with another one", async () => {
      const shown = await open({}, plain());
      const field = shown.page.getByLabel("Token");
      await field.waitFor();
      await shown.picture("sign-in-light");
      await shown.page.keyboard.type("another");
      // The browser writes of every refusal to its console.
      await shown.page.keyboard.press("Enter");
      await shown.page.getByRole("alert").getByText("The token is missing or wrong").waitFor();
      expect(shown.takeOffences()).toEqual([expect.stringContaining("401")]);
      expect((await shown.page.locator(".sign-in").textContent())?.match(/which file/g)).toHaveLength(1);
      // What is typed takes the place of the wrong one.
      await shown.page.keyboard.type(secret());
      expect(await field.inputValue()).toBe(secret());
      await shown.page.keyboard.press("Enter");
      await shown.page.locator(".empty, .stage").first().waitFor();
      expect(shown.page.url()).toBe(plain());
    });
  });

  it("says that its coordinator is gone, and joins it again", async () => {
    const first = await Served.start("--ui", "--token-file", served.tokenFile);
    const shown = await open({}, first.ui);
    await shown.page.locator(".empty").waitFor();
    first.script.kill("SIGTERM");
    await first.script.ended;
    await shown.page.getByRole("alert").getByText("The coordinator does not answer.").waitFor();
    expect(await shown.page.getByRole("switch").isDisabled()).toBe(true);
    await shown.picture("gone-light");
    await using _ = await Served.start("--ui", "--token-file", served.tokenFile, "--ui-listen", new URL(first.ui).host);
    await shown.page.getByRole("alert").waitFor({ state: "detached" });
    expect(await shown.page.getByRole("switch").isDisabled()).toBe(false);
    const refused = shown.takeOffences().filter((it) => !/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED)/.test(it));
    expect(refused).toEqual([]);
  });

  describe("of a run that a test has made up", () => {
    const scenes: UiServer[] = [];
    afterAll(() => Promise.all(scenes.map((it) => it.close())));

    async function playAndOpen(scene: Scene, options?: LookOptions) {
      const { ui, url, tell, end } = await playScene(scene);
      scenes.push(ui);
      const shown = await open(options, url);
      await shown.page.locator(".stage").waitFor();
      return { shown, tell, end };
    }

    async function openScene(scene: Scene, options?: LookOptions): Promise<UiPage> {
      return (await playAndOpen(scene, options)).shown;
    }

    const sql = { "db.query.text": "UPDATE account SET balance = balance - $1 WHERE id = $2 RETURNING balance" };
    const update = facts("pg.query:UPDATE bank", { kind: "client", attributes: sql });
    const route = facts("POST /withdraw", {
      kind: "server",
      attributes: { "http.request.method": "POST", "url.path": "/withdraw" },
    });
    const order = orderOf(
      at("alice", "before", "POST /withdraw"),
      [at("alice", "before", "pg.query:UPDATE bank"), at("bob", "after", "pg.query:SELECT bank")],
      at("carol", "blocked"),
      at("dave", "finished"),
      at("alice", "finished"),
    );
    const stands = (actor: string, checkpoint: number, span: SpanFacts, phase: "before" | "after"): Happening => ({
      ...{ type: "held", actor, checkpoint, arrival: arrival(actor, phase, span.name, [], { span }) },
    });
    const wait: LockWait = {
      ...{ actor: "carol", call: passed("carol", "before", "x", { span: update }), sessions: [] },
      ...{ lock: "ShareLock on transactionid", by: ["alice"] },
    };
    const happenings: readonly Happening[] = [
      ...["alice", "bob", "carol", "dave"].map((actor): Happening => ({ type: "begin", actor })),
      stands("alice", 0, route, "before"),
      { type: "reached", reached: [outcome(order, 0)] },
      ...["pg-pool.connect", "tcp.connect", "pg.connect"].map(
        (name): Happening => ({
          ...{ type: "passed", actor: "bob", passed: passed("bob", "after", name) },
        }),
      ),
      stands("bob", 2, facts("pg.query:SELECT bank", { kind: "client" }), "after"),
      { type: "reached", reached: [outcome(order, 1), outcome(order, 2)] },
      { type: "blocked", actor: "carol", wait },
      { type: "stalled", actor: "dave" },
      { type: "ended", actor: "dave", error: "TypeError: fetch failed" },
    ];
    const failure: Happening = {
      type: "failed",
      failure: {
        ...{ code: "StepTimedOut", actor: "dave" },
        message: "dave did not reach dave.finished within 5000 ms.\n  It stands nowhere.",
      },
    };
    const starters = ["alice", "bob", "carol", "dave"];
    const services = ["bank", "ledger"];

    it.each([
      ["light", 1440],
      ["dark", 1440],
      ["light", 1000],
      ["dark", 600],
      ["light", 400],
    ] as const)("stands in order and can be read: %s, %d pixels wide", async (scheme, width) => {
      const shown = await openScene({ starters, order, happenings, services }, { scheme, width });
      await shown.picture(`scene-${scheme}-${width}`);
      expect((await shown.texts()).filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      expect(await shown.spilling()).toEqual([]);
      expect(await shown.page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await shown.overlaps()).toEqual([]);
      await shown.page.keyboard.press("s");
      await shown.picture(`skip-${scheme}-${width}`);
      expect((await shown.texts()).filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    });

    it("tells a statement, a request, that one is not recorded, and who waits for whom", async () => {
      const shown = await openScene({ starters, order, happenings });
      expect(await shown.hold("alice").locator(".request").textContent()).toBe("POST /withdraw");
      expect(await shown.hold("bob").locator(".missing").textContent()).toBe(
        "SQL not recorded: recordAttributes or a match on db.query.text tells it.",
      );
      expect(await shown.page.locator(".state.waits").textContent()).toContain("waits for alice");
    });

    it("tells who has the turn while a step is under way, and that nobody can step meanwhile", async () => {
      const goal = { type: "finish" } as const;
      const move = { type: "run", wanted: goal, goal } as const;
      const shown = await openScene({ starters, order, happenings: happenings.slice(0, 9), move }, { scheme: "dark" });
      await shown.turn.getByText("Under way: finish()").waitFor();
      expect(await shown.page.locator(".heads .has-turn").allTextContents()).toEqual([
        "bobhas the turn",
        "carolhas the turn",
        "davehas the turn",
      ]);
      expect(await shown.button("Next").isDisabled()).toBe(true);
      await shown.picture("under-way-dark");
      expect((await shown.texts()).filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    });

    it.each(["light", "dark"] as const)("of which one failed begins with why: %s", async (scheme) => {
      const shown = await openScene({ starters, order, happenings: [...happenings, failure] }, { scheme });
      await shown.page.locator(".banner.failure summary").click();
      expect(await shown.page.locator(".banner.failure pre").textContent()).toContain("It stands nowhere");
      await shown.picture(`failed-${scheme}`);
      expect((await shown.texts()).filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    });

    it("takes names for texts, whatever they are", async () => {
      const names = [
        "</script><img src=x onerror=hacked=1>",
        "<!--<script>hacked=1</script>",
        "שלום",
        "x".repeat(5_000),
      ];
      const [first = ""] = names;
      const held = facts(first, { kind: "client", attributes: { "db.query.text": first } });
      const shown = await openScene({
        starters: names,
        services: names,
        order: orderOf(...names.map((name) => at(name, "after", name))),
        happenings: names.flatMap((name, checkpoint): Happening[] => [
          { type: "begin", actor: name },
          stands(name, checkpoint, held, "after"),
          { type: "reached", reached: [outcome(orderOf(at(name, "after", name)), 0)] },
        ]),
      });
      expect(await shown.page.locator(".hold h3 bdi:not(.actor)").first().textContent()).toBe(first);
      expect(await shown.page.locator(".heads h2 bdi").first().textContent()).toBe(first);
      expect(await shown.page.locator("img:not([src='/icon.svg']), body script").count()).toBe(0);
      expect(await shown.page.evaluate("typeof hacked")).toBe("undefined");
      expect(await shown.page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await shown.picture("hostile-light");
    });

    it("leaves the window where the person has it, at every step, and a failure is in sight: 400 pixels wide", async () => {
      const { shown, tell } = await playAndOpen({ starters, order, happenings: [] }, { width: 400 });
      const { page } = shown;
      for (const happening of happenings) {
        tell(happening);
        if (happening.type !== "reached") continue;
        const last = happening.reached.at(-1)?.checkpoint.index ?? 0;
        await page.locator(".order-panel h2", { hasText: `${last + 1} of 6` }).waitFor();
        expect(await page.evaluate("scrollY")).toBe(0);
      }
      // To the order, below the lanes.
      await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
      tell(failure);
      await page.locator(".banner.failure").waitFor();
      const [controls, banner] = [await shown.box(".controls"), await shown.box(".banner.failure")];
      expect(banner.top).toBeGreaterThanOrEqual(controls.bottom);
      expect(controls.top).toBe(0);
      expect(banner.bottom).toBeLessThan(800);
    });

    it("tells on a hold's card whose it is where the window is narrow, since the lanes' headings may be out of sight", async () => {
      const shown = await openScene({ starters, order, happenings }, { width: 400 });
      const whose = shown.hold("alice").locator("header .actor");
      expect(await whose.textContent()).toBe("alice");
      expect(await whose.isVisible()).toBe(true);
      await shown.page.setViewportSize({ width: 1280, height: 800 });
      expect(await whose.isVisible()).toBe(false);
    });

    it("looks failed everywhere once it has: the step, the run, and who was under way", async () => {
      const underWay = happenings.filter(({ type }) => type !== "held");
      const { shown, tell } = await playAndOpen({ starters, order, happenings: underWay });
      const { page } = shown;
      const states = page.locator(".cell .state");
      const waits = "ShareLock on transactionid";
      const ended = "has ended with an error";
      await states.getByText(ended).waitFor();
      expect(await states.allTextContents()).toEqual(["moves", "moves", `waits for alice${waits}`, ended]);
      tell(failure);
      await page.locator(".order-panel .failed .outcome", { hasText: "✗ failed" }).waitFor();
      expect(await page.locator(".order-panel .next").count()).toBe(0);
      const colorOf = (it: string) => page.evaluate(`getComputedStyle(document.querySelector("${it}")).color`);
      expect(await colorOf(".order-panel .failed .outcome")).toBe(await colorOf(".banner.failure strong"));
      expect(await page.locator(".run-link.failed .fact").textContent()).toContain("failed");
      const gone = "was under way";
      expect(await states.allTextContents()).toEqual([gone, gone, `waited for alice${waits}`, ended]);
    });

    it("says once a run is over early that nothing comes next, and who was under way", async () => {
      const { shown, end } = await playAndOpen({ starters, order, happenings: happenings.slice(0, 3) });
      const { page } = shown;
      await page.locator(".order-panel .next").waitFor();
      end();
      await page.locator(".order-panel .next").waitFor({ state: "detached" });
      expect(await page.locator(".cell .state").allTextContents()).toEqual([
        ...["was under way", "was under way", "was under way"],
        "has not begun",
      ]);
    });

    it("says in its heading and its title how many more there are than it names", async () => {
      const names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"];
      const { page } = await openScene({ starters: names, order: [], happenings: [] });
      const named = "a1, a2, a3, a4 and 3 more";
      expect(await page.locator("h1").textContent()).toBe(named);
      expect(await page.title()).toBe(`● ${named} · spangate`);
    });

    it("cuts an event's texts at the lanes' end, however long they are, and none lies on another", async () => {
      const long = "x".repeat(5_000);
      const texts = [
        { name: long, service: "bank" },
        { name: "short", service: long },
        { name: long, service: long },
        { name: "short", service: "bank", statement: long },
      ];
      const happenings = texts.map(({ name, service, statement }): Happening => {
        const span = facts(name, statement === undefined ? {} : { attributes: { "db.query.text": statement } });
        const agent = { instance: "1", service, pid: 41 };
        return { type: "passed", actor: "carol", passed: passed("carol", "after", name, { span, agent }) };
      });
      const shown = await openScene({ starters, order, happenings }, { width: 1000 });
      await shown.page.locator(".event").nth(3).waitFor();
      expect((await shown.box(".history")).spills).toBe(false);
      const { right: end } = await shown.box(".rows");
      for (const row of await shown.page.locator(".event").all()) {
        const parts = await shown.boxes(row.locator(".time, .sign, bdi, small"));
        for (const [at, { left }] of parts.entries()) expect(left).toBeGreaterThanOrEqual(parts[at - 1]?.right ?? 0);
        expect(parts.at(-1)?.right).toBeLessThanOrEqual(end);
        expect(parts.filter(({ left, right, spills }) => right > left && spills).length).toBe(1);
      }
      const cut =
        "[...document.querySelectorAll('.event :is(bdi, small)')].map((it) => getComputedStyle(it).textOverflow)";
      expect(new Set(await shown.page.evaluate<string[]>(cut))).toEqual(new Set(["ellipsis"]));
    });

    it("follows the actor that moves sideways too, until a person scrolls there himself, and again when he wants it", async () => {
      const names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"];
      const begin = (actor: string): Happening => ({ type: "begin", actor });
      const { shown, tell } = await playAndOpen({ starters: names, order: [], happenings: names.map(begin) });
      const { page } = shown;
      const scrolled = () => page.evaluate<number>("document.querySelector('.sideways').scrollLeft");
      const isInSight = async (lane: number) => {
        const [head, lanes] = [await shown.box(`.heads h2:nth-of-type(${lane})`), await shown.box(".sideways")];
        return head.left >= lanes.left - 1 && head.right <= lanes.right + 1;
      };
      let told = names.length;
      const pass = async (actor: string) => {
        tell({ type: "passed", actor, passed: passed(actor, "before", `span ${++told}`) });
        await page.getByText(`before span ${told}`, { exact: true }).waitFor();
      };
      await page.locator(".event .what").nth(6).waitFor();
      expect([await isInSight(7), await isInSight(1)]).toEqual([true, false]);
      const far = await scrolled();
      await pass("a5");
      expect(await scrolled()).toBe(far);
      await pass("a1");
      expect([await isInSight(1), await isInSight(7)]).toEqual([true, false]);

      await page.locator(".history").hover();
      await page.mouse.wheel(2_000, 0);
      await page.locator(".newest").waitFor();
      await expect.poll(scrolled).toBeGreaterThan(far);
      await pass("a1");
      expect(await scrolled()).toBeGreaterThan(far);
      await page.locator(".newest").click();
      await page.locator(".newest").waitFor({ state: "detached" });
      expect(await isInSight(1)).toBe(true);
      await pass("a7");
      expect(await isInSight(7)).toBe(true);

      // A window that grows moves the lanes too, and nobody has scrolled.
      await page.setViewportSize({ width: 1400, height: 800 });
      await expect.poll(scrolled).toBeLessThan(far);
      await pass("a1");
      expect([await isInSight(1), await page.locator(".newest").count()]).toEqual([true, 0]);
      await pass("a7");

      // Who looks at what was does not want to be led away, sideways either.
      await page.setViewportSize({ width: 1280, height: 400 });
      await page.locator(".history").press("Home");
      await page.locator(".newest").waitFor();
      const { bottom } = await shown.box(".rows");
      tell({ type: "passed", actor: "a1", passed: passed("a1", "before", "unseen") });
      await expect.poll(async () => (await shown.box(".rows")).bottom).toBeGreaterThan(bottom);
      expect(await isInSight(7)).toBe(true);
    });

    it("draws of ten thousand events what is in sight, keeps the newest there, and is led to the oldest by keys", async () => {
      const many = Array.from(
        { length: 10_000 },
        (_, at): Happening => ({
          ...{
            type: "passed",
            actor: starters[at % 4] ?? "",
            passed: passed(starters[at % 4] ?? "", "before", `span ${at}`),
          },
        }),
      );
      const shown = await openScene({ starters, order, happenings: [...happenings, ...many] });
      const { page } = shown;
      await page.getByText("before span 9999", { exact: true }).waitFor();
      expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(1_000);
      await page.locator(".history").focus();
      await page.keyboard.press("Home");
      await page.getByText("begins", { exact: true }).first().waitFor();
      await page.locator(".newest").click();
      await page.getByText("before span 9999", { exact: true }).waitFor();
      await page.keyboard.press("?");
      await page.locator("dialog[open]").waitFor();
      await shown.picture("help-light");
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
    });
  });

  it("shows a run that failed before the page was opened", async () => {
    const { runner } = race();
    const failed = gateway.starter("carol", () => {
      throw new Error("on purpose");
    });
    await runner.close();
    const run = gateway.runner([failed], [failed.after("never")]);
    const step = run.next().catch(() => {});
    const first = await open();
    await first.waitForMove();
    await first.page.keyboard.press("n");
    await step;
    await run.close();
    const shown = await open();
    await shown.page.locator(".run-link.failed", { hasText: "carol" }).waitFor();
    await shown.page.locator(".banner.failure", { hasText: "StarterCrashed" }).waitFor();
  });

  it("teaches where nothing is there yet, also where the window is narrow", async () => {
    await using fresh = await Served.start("--ui");
    const shown = await open({ width: 400 }, fresh.ui);
    await shown.page.locator(".empty li").first().waitFor();
    expect((await shown.box(".empty")).spills).toBe(false);
    for (const { right } of await shown.boxes(shown.page.locator(".empty *"))) expect(right).toBeLessThanOrEqual(400);
  });

  it("teaches where nothing is there yet", async () => {
    await using fresh = await Served.start("--ui");
    const shown = await open({ scheme: "dark" }, fresh.ui);
    await shown.page.locator(".empty").waitFor();
    await shown.picture("empty-dark");
    expect(await shown.page.locator(".empty").textContent()).toContain("openGateway({ connect: { address, token } })");
    expect((await shown.texts()).filter(({ contrast }) => contrast < 4.5)).toEqual([]);
  });
});

function outcome(order: readonly Step[], index: number): Reached {
  const checkpoint = order.flat()[index];
  if (!checkpoint) throw new Error(`No checkpoint ${index}.`);
  return { checkpoint, reached: true, arrival: undefined, wait: undefined };
}
