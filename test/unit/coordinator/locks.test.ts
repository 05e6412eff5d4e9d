// What a probe tells of sessions, in the actors' names.
import { describe, expect, it, vi } from "vitest";
import { LockWatch } from "../../../src/coordinator/lock-watch.ts";
import { Locks } from "../../../src/coordinator/locks.ts";
import type { LockProbe, SessionWait } from "../../../src/core/lock-probe.ts";
import type { LockWait, PassedSpan } from "../../../src/core/model.ts";
import { facts, passed } from "../../support/builders.ts";

function call(actor: string, id: number, system = "postgresql"): PassedSpan {
  return passed(actor, "before", "update", {
    span: facts("update", { spanId: `${actor} ${id}`, session: { system, id } }),
  });
}

/** A probe that has seen these waits. */
function probe(waits: readonly SessionWait[], system = "postgresql"): LockProbe {
  return {
    ...{ system, server: "postgres://db/test", open: async () => {}, close: async () => {} },
    waits: async (ids) => waits.filter(({ id }) => ids.includes(id)),
  };
}

function known(
  waits: readonly SessionWait[],
  ...calls: readonly (readonly [runId: string, call: PassedSpan])[]
): Locks {
  const locks = new Locks([probe(waits)]);
  for (const [runId, it] of calls) locks.note(runId, it);
  return locks;
}

describe("a wait", () => {
  const bob = call("bob", 2);
  const waits = [{ id: 2, lock: "ShareLock on transactionid", by: [1] }];

  it("is for the actor whose call the session served last", async () => {
    const locks = known(waits, ["r", call("carol", 1)], ["r", call("alice", 1)], ["r", bob]);
    const sessions = [{ system: "postgresql", id: 1 }];
    const lock = "ShareLock on transactionid";
    expect(await locks.ask("r", [bob])).toEqual([{ actor: "bob", call: bob, lock, by: ["alice"], sessions }]);
  });

  it.each([
    ["a session of nobody", []],
    ["a session of another run", [["other", call("alice", 1)]]],
    ["a session of its own", [["r", call("bob", 1)]]],
  ] as const)("is none for %s", async (_, calls) => {
    expect(await known(waits, ...calls, ["r", bob]).ask("r", [bob])).toEqual([]);
  });

  it("is none in a database that nobody asks", async () => {
    const mysql = call("bob", 2, "mysql");
    expect(await known(waits, ["r", call("alice", 1)]).ask("r", [mysql])).toEqual([]);
  });

  it("is forgotten with its run", async () => {
    const locks = known(waits, ["r", call("alice", 1)], ["r", bob]);
    locks.forget("r");
    expect(await locks.ask("r", [bob])).toEqual([]);
  });

  it("fails with the probe, whose server is named", async () => {
    const lost = { ...probe([]), waits: async () => Promise.reject(new Error("terminated")) };
    await expect(new Locks([lost]).ask("r", [bob])).rejects.toMatchObject({
      code: "ProbeFailed",
      message: "The lock probe of postgres://db/test does not answer: terminated",
    });
  });
});

describe("a watch", () => {
  const found: LockWait = { actor: "bob", call: call("bob", 2), lock: "x", by: ["alice"], sessions: [] };

  it("asks as long as a turn is out and a call is under way, and never twice at a time", async () => {
    const calls: PassedSpan[] = [];
    let asking = 0;
    const ask = vi.fn(async () => {
      asking += 1;
      expect(asking).toBe(1);
      await new Promise(setImmediate);
      asking -= 1;
      return [found];
    });
    const seen = Promise.withResolvers<void>();
    let answers = 0;
    const onWaits = vi.fn(() => {
      answers += 1;
      if (answers === 3) seen.resolve();
    });
    const watch = new LockWatch({ calls: () => calls, moves: () => 7, ask, onWaits, onError: seen.reject });
    watch.look();
    watch.start();
    expect(ask).not.toHaveBeenCalled();
    calls.push(found.call);
    watch.look();
    watch.look();
    await seen.promise;
    watch.stop();
    const asked = ask.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ask.mock.calls.length).toBeLessThanOrEqual(asked + 1);
    expect(onWaits).toHaveBeenLastCalledWith([found], false, 7);
  });

  it("answers who must know though no turn is out, and tells its errors", async () => {
    const onWaits = vi.fn();
    const failed = Promise.withResolvers<unknown>();
    const handlers = { calls: () => [found.call], moves: () => 7, onWaits, onError: failed.resolve };
    const answered = Promise.withResolvers<void>();
    new LockWatch({
      ...handlers,
      ask: async () => [found],
      onWaits: (...it) => answered.resolve(onWaits(...it)),
    }).askNow();
    await answered.promise;
    expect(onWaits).toHaveBeenCalledExactlyOnceWith([found], true, 7);
    const error = new Error("lost");
    new LockWatch({ ...handlers, ask: () => Promise.reject(error) }).askNow();
    expect(await failed.promise).toBe(error);
  });
});
