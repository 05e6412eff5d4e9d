// What a probe tells of sessions, in the actors' names.
import { describe, expect, it, vi } from "vitest";
import { LockWatch } from "../../../src/coordinator/lock-watch.ts";
import { Locks } from "../../../src/coordinator/locks.ts";
import type { LockProbe, SessionWait } from "../../../src/core/lock-probe.ts";
import type { LockWait, PassedSpan } from "../../../src/core/model.ts";
import { facts, passed } from "../../support/builders.ts";

const orders = "10.0.0.1:5432";
const stock = "10.0.0.2:5432";

function call(actor: string, id: number, { system = "postgresql", server = "" } = {}): PassedSpan {
  return passed(actor, "before", "update", {
    span: facts("update", { spanId: `${actor} ${id}`, session: { system, server, id } }),
  });
}

/** A probe that has seen these waits. */
function probe(waits: readonly SessionWait[], address?: string): LockProbe {
  return {
    ...{ system: "postgresql", server: "postgres://db/test", address, open: async () => {}, close: async () => {} },
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
    const sessions = [{ system: "postgresql", server: "", id: 1 }];
    const lock = "ShareLock on transactionid";
    expect(await locks.ask("r", [bob])).toEqual([{ actor: "bob", call: bob, lock, by: ["alice"], sessions }]);
  });

  it.each([
    ["a session of nobody", []],
    ["a session of another run", [["other", call("alice", 1)]]],
    ["a session of its own", [["r", call("bob", 1)]]],
    [
      "a session that serves nobody any more",
      [
        ["r", call("alice", 1)],
        ["r", call("", 1)],
      ],
    ],
  ] as const)("is none for %s", async (_, calls) => {
    expect(await known(waits, ...calls, ["r", bob]).ask("r", [bob])).toEqual([]);
  });

  it("is none in a database that nobody asks", async () => {
    const mysql = call("bob", 2, { system: "mysql" });
    expect(await known(waits, ["r", call("alice", 1)]).ask("r", [mysql])).toEqual([]);
  });

  it("is one of the server that its call goes to, where another server gives the same numbers", async () => {
    const locks = new Locks([probe(waits, orders), probe([], stock)]);
    const [atOrders, atStock] = [call("bob", 2, { server: orders }), call("bob", 2, { server: stock })];
    const [alice, carol] = [call("alice", 1, { server: orders }), call("carol", 1, { server: stock })];
    for (const it of [alice, carol, atOrders, atStock]) locks.note("r", it);
    expect(await locks.ask("r", [atOrders])).toMatchObject([{ by: ["alice"], sessions: [{ server: orders, id: 1 }] }]);
    expect(await locks.ask("r", [atStock])).toEqual([]);
    expect(await locks.ask("r", [atStock, atOrders])).toHaveLength(1);
  });

  it("is none for who uses a session of that number on another server", async () => {
    const locks = new Locks([probe(waits, orders), probe([], stock)]);
    const waiting = call("bob", 2, { server: orders });
    for (const it of [call("carol", 1, { server: stock }), waiting]) locks.note("r", it);
    expect(await locks.ask("r", [waiting])).toEqual([]);
  });

  it.each([
    ["another port of its address", "10.0.0.1:5433", 0],
    ["an address that only its own process knows", "172.17.0.2:5432", 1],
    ["a Unix socket", "", 1],
  ])("may be the one probe's, or not, of a call to %s", async (_, server, count) => {
    const locks = new Locks([probe(waits, orders)]);
    const waiting = call("bob", 2, { server });
    for (const it of [call("alice", 1, { server }), waiting]) locks.note("r", it);
    expect(await locks.ask("r", [waiting])).toHaveLength(count);
  });

  it("is for an owner who has come to the server by another address", async () => {
    const locks = new Locks([probe(waits, orders)]);
    const waiting = call("bob", 2, { server: orders });
    for (const it of [call("alice", 1, { server: "172.17.0.2:5432" }), waiting]) locks.note("r", it);
    expect(await locks.ask("r", [waiting])).toMatchObject([{ by: ["alice"] }]);
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
