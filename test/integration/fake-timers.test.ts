// Tests fake the clock and the queues, mostly in the process in which their coordinator lives.
import { type Gateway, openGateway } from "spangate";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { failureOf } from "../support/failures.ts";

let gateway: Gateway;
beforeEach(async () => {
  gateway = await openGateway();
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "Date", "performance", "queueMicrotask"],
  });
});
afterEach(async () => {
  await gateway.close();
  vi.useRealTimers();
});

it("takes a run from its first event to its last, and counts no timer of it", async () => {
  const [alice, bob] = [gateway.starter("alice", async () => 1), gateway.starter("bob", async () => 2)];
  const runner = gateway.runner([alice, bob], [alice.started, bob.started, alice.finished]);
  for await (const reached of runner) expect(String(reached.checkpoint)).toContain(".");
  expect(await runner.finish()).toEqual({ alice: 1, bob: 2 });
  expect(runner.interleaving.entries.at(-1)?.atMs).toBeGreaterThan(0);
  expect(vi.getTimerCount()).toBe(0);
});

it("lets a step time out by the real clock, which the fake one does not bring forward", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const alice = gateway.starter("alice", () => promise);
  const patient = gateway.runner([alice], [alice.started, alice.finished]);
  await patient.next();
  const step = patient.next();
  vi.advanceTimersByTime(1_000_000);
  resolve();
  expect(String((await step)?.checkpoint)).toContain("finished");

  const carol = gateway.starter("carol", () => new Promise(() => {}));
  const hasty = gateway.runner([carol], [carol.finished], { stepTimeoutMs: 50 });
  expect(await failureOf(hasty.next())).toMatchObject({ actor: "carol" });
});
