// The same races for every driver: two requests in one process.
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "./failures.ts";
import { type Store, type StoreCase, startStore } from "./stores.ts";

const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 5);

/** Declares the tests of one driver. */
export function raceOnStore(given: StoreCase): void {
  const { title = given.module, open, read, write, commit = write, refusesAfter } = given;
  let gateway: Gateway;
  let store: Store;
  let bank: Service;

  describe(title, { timeout: 600_000 }, () => {
    beforeAll(async () => {
      [gateway, store] = await Promise.all([openGateway(), open()]);
      bank = await startStore(gateway, given, store);
    });
    beforeEach(() => store.reset(100));
    afterAll(async () => {
      await gateway?.close();
      await store?.close();
    });

    const actors = () => {
      const withdraw = async () => {
        const response = await fetch(bank.url, { method: "POST" });
        if (response.status !== 200) throw new Error(await response.text());
      };
      return [gateway.starter("alice", withdraw), gateway.starter("bob", withdraw)] as const;
    };
    const balances = async (order: (...them: ReturnType<typeof actors>) => Parameters<Gateway["runner"]>[1]) => {
      const seen: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        await store.reset(100);
        const [alice, bob] = actors();
        // No end comes by the clock: not that of a span which never ends either.
        await using runner = gateway.runner([alice, bob], order(alice, bob), { stallMs: 60_000 });
        await runner.finish();
        seen.push(await store.balance());
      }
      return seen;
    };
    const always = (balance: number) => Array.from({ length: runs }, () => balance);

    it("stands still where both have read and neither has written, while its process serves others", async () => {
      const [alice, bob] = actors();
      await using runner = gateway.runner(
        [alice, bob],
        [refusesAfter ? alice.before(write) : alice.after(read), ...[bob.before(write), alice.finished]],
      );
      await runner.next();
      const reached = await runner.next();
      expect(reached?.arrival).toMatchObject({ mode: "flow", pid: bank.pid });
      expect(await store.balance()).toBe(100);
      expect(await (await fetch(`${bank.url}/health`)).text()).toBe("well");
      await runner.finish();
      expect(await store.balance()).toBe(90);
    });

    if (refusesAfter)
      it.each(["flow", "thread"] as const)("refuses to hold what follows a read, and says why: %s", async (hold) => {
        const [alice, bob] = actors();
        await using runner = gateway.runner([alice, bob], [alice.after(read, { hold }), bob.before(write)]);
        const failure = await failureOf(runner.next());
        expect(failure).toMatchObject({ code: "NotGateable", message: expect.stringMatching(refusesAfter) });
        expect(String(failure)).toContain("Hold before it");
      });

    if (!refusesAfter)
      it("loses an update after both have read", async () => {
        expect(
          await balances((alice, bob) => [alice.after(read), bob.after(read), alice.finished, bob.finished]),
        ).toEqual(always(90));
      });

    it("loses an update before both write", async () => {
      expect(
        await balances((alice, bob) => [alice.before(write), bob.before(write), alice.finished, bob.finished]),
      ).toEqual(always(90));
    });

    it("keeps both updates in the opposite order", async () => {
      expect(await balances((alice, bob) => [alice.after(commit), bob.before(read)])).toEqual(always(80));
    });
  });
}
