// The interactive page in a real browser, beside a real coordinator, a real service and a real test.
import type { Browser } from "playwright-core";
import { type Gateway, openGateway, type RunnerOptions, type Service } from "spangate";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Account, startBank, withdrawFrom } from "../support/bank.ts";
import { openChromium, whyNoChromium } from "../support/chromium.ts";
import type { LookOptions } from "../support/report-page.ts";
import { Served } from "../support/spangate.ts";
import { UiPage } from "../support/ui-page.ts";

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
    // No time-out runs while a person thinks: this one is shorter than any browser takes.
    const { runner, order } = race();
    await using _ = runner;
    const both = runner.skipTo(order[1]);
    await shown.waitForMove();
    await shown.picture("begin-light");
    await keyboard.press("n");
    await shown.hold("alice").waitFor();
    await shown.waitForMove();
    expect(await account.balance()).toBe(100);
    await shown.picture("alice-light");
    await keyboard.press("s");
    await shown.picture("skip-light");
    await keyboard.press("Enter");
    await both;
    await shown.picture("both-light");
    await shown.page.emulateMedia({ colorScheme: "dark" });
    await shown.picture("both-dark");
    const fin = runner.finish();
    await shown.waitForMove();
    await shown.picture("fin-dark");
    await shown.page.setViewportSize({ width: 1000, height: 800 });
    await shown.picture("fin-dark-1000");
    await shown.page.setViewportSize({ width: 600, height: 900 });
    await shown.picture("fin-dark-600");
    await shown.page.setViewportSize({ width: 1280, height: 800 });
    await keyboard.press("f");
    await fin;
    await shown.picture("over-dark");
    await keyboard.press("?");
    await shown.picture("help-dark");
    await keyboard.press("Escape");
    await runner.close();
    const fresh = await open({ scheme: "dark" });
    await fresh.page.locator(".empty h2").waitFor();
    await fresh.picture("empty-dark");
    const s = await open({}, served.ui.replace(/#.*/, ""));
    await s.page.locator(".sign-in").waitFor();
    await s.picture("sign-in-light");
  });
});
