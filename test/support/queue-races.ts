// The same scenes for every queue: a web service leaves work to a worker, and both are of one actor.
import { randomBytes } from "node:crypto";
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { fixture } from "./fixtures.ts";
import { openPostgres, type Store } from "./stores.ts";

const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 5);

/** A driver of a queue, and what its spans are called. */
export interface QueueCase {
  /** The module in `fixtures/queues`. */
  readonly module: string;
  readonly publish: (queue: string) => string;
  readonly process: (queue: string) => string;
  readonly env?: Readonly<Record<string, string>>;
  /** Takes a queue away for good. */
  readonly remove: (queue: string) => Promise<void>;
}

/** What the tests of one driver use. */
export interface Scene {
  readonly gateway: Gateway;
  readonly store: Store;
  readonly web: Service;
  readonly worker: Service;
  readonly publish: string;
  readonly process: string;
  /** A starter whose action is a request; `how` it publishes is the driver's. */
  actor(name: string, how?: string): ReturnType<Gateway["starter"]>;
}

/** Declares the tests of one driver. Returns the scene, for further ones. */
export function raceOverQueue(given: QueueCase): () => Scene {
  const queue = `spangate-${randomBytes(6).toString("hex")}`;
  const publish = given.publish(queue);
  const process = given.process(queue);
  let gateway: Gateway;
  let store: Store;
  let web: Service;
  let worker: Service;

  beforeAll(async () => {
    [gateway, store] = await Promise.all([openGateway(), openPostgres()]);
    const env = { ...given.env, QUEUE: queue, STORE_URL: store.url };
    const start = (name: string, ready: RegExp) =>
      gateway.service(name, ["node", fixture(`queues/${name}.mjs`), given.module], { ready, env });
    [web, worker] = await Promise.all([start("web", /listening on (\d+)/), start("worker", /working/)]);
  });
  beforeEach(() => store.reset(100));
  afterAll(async () => {
    await gateway?.close();
    await store?.close();
    await given.remove(queue);
  });

  const actor = (name: string, how = "") =>
    gateway.starter(name, async () => {
      const response = await fetch(`${web.url}/${how}`, { method: "POST" });
      if (response.status !== 202) throw new Error(await response.text());
    });

  it("answers the request while its message is held in the worker", async () => {
    const answered = Promise.withResolvers<number>();
    const alice = gateway.starter("alice", async () => {
      const { status } = await fetch(web.url, { method: "POST" });
      answered.resolve(status);
    });
    await using runner = gateway.runner([alice], [alice.before(process), alice.finished]);
    const reached = await runner.next();
    expect(reached?.arrival).toMatchObject({ mode: "flow", service: "worker", pid: worker.pid });
    expect(await answered.promise).toBe(202);
    expect(await store.balance()).toBe(100);
    expect((await runner.next())?.checkpoint.phase).toBe("finished");
    expect(await store.balance()).toBe(90);
  });

  it("reaches what comes in the worker long after the request has ended", async () => {
    const alice = actor("alice");
    await using runner = gateway.runner([alice], [alice.before("pg.query:UPDATE bank"), alice.after(process)]);
    expect((await runner.next())?.arrival).toMatchObject({ service: "worker" });
    expect(await store.balance()).toBe(100);
    expect((await runner.next())?.arrival).toMatchObject({ mode: "flow", service: "worker" });
    expect(await store.balance()).toBe(90);
  });

  it("holds the message before it is sent", async () => {
    const alice = actor("alice");
    const bob = actor("bob");
    await using runner = gateway.runner([alice, bob], [alice.before(publish), bob.after(process), alice.finished]);
    expect((await runner.next())?.arrival).toMatchObject({ mode: "flow", service: "web" });
    // Bob's message goes by the same channel, and reaches the worker while alice's has not been sent.
    expect((await runner.next())?.arrival).toMatchObject({ service: "worker", kind: "consumer" });
    expect(await store.balance()).toBe(90);
    await runner.finish();
    expect(await store.balance()).toBe(80);
  });

  it("holds the request when the message is sent, while the worker goes on", async () => {
    const alice = actor("alice");
    await using runner = gateway.runner([alice], [alice.after(publish), alice.finished]);
    expect((await runner.next())?.arrival).toMatchObject({ mode: "flow", service: "web" });
    await runner.finish();
    expect(await store.balance()).toBe(90);
  });

  it("loses an update of two messages in one worker", async () => {
    const seen: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      await store.reset(100);
      const [alice, bob] = [actor("alice"), actor("bob")];
      const read = "pg.query:SELECT bank";
      await using runner = gateway.runner(
        [alice, bob],
        [alice.after(read), bob.after(read), alice.finished, bob.finished],
      );
      await runner.finish();
      seen.push(await store.balance());
    }
    expect(seen).toEqual(Array.from({ length: runs }, () => 90));
  });

  it("keeps both updates in the opposite order", async () => {
    const seen: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      await store.reset(100);
      const [alice, bob] = [actor("alice"), actor("bob")];
      await using runner = gateway.runner(
        [alice, bob],
        [alice.after("pg.query:UPDATE bank"), bob.before("pg.query:SELECT bank")],
      );
      await runner.finish();
      seen.push(await store.balance());
    }
    expect(seen).toEqual(Array.from({ length: runs }, () => 80));
  });

  return () => ({ gateway, store, web, worker, publish, process, actor });
}
