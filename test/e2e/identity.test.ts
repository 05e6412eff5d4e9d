// Who is whose: the actor's identity on its way from a starter into a service.
import { AsyncLocalStorage } from "node:async_hooks";
import { get, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Actor, type Gateway, openGateway, type Service, together } from "spangate";
import { afterAll, beforeAll, expect, it } from "vitest";

let gateway: Gateway;
let odd: Service;

beforeAll(async () => {
  gateway = await openGateway();
  odd = await gateway.service("odd", ["node", fixture("odd-service.js")], {
    ready: /listening on (\d+)/,
    hold: "thread",
  });
});
afterAll(() => gateway.close());

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

function answerOf(send: (onResponse: (response: IncomingMessage) => void) => void): Promise<string> {
  return new Promise((resolve) => send((response) => resolve(text(response))));
}

// Each sends one request to /work, in its own way.
const clients: Record<string, (actor: Actor) => Promise<unknown>> = {
  "fetch by URL": () => fetch(`${odd.url}/work`),
  "fetch with a Request of its own headers": () =>
    fetch(new Request(`${odd.url}/work`, { headers: { baggage: "tenant=7" } })),
  "fetch after other asynchronous work": async () => {
    await Promise.resolve();
    return await new Promise((resolve) => setImmediate(() => resolve(fetch(`${odd.url}/work`))));
  },
  "node:http get": () => answerOf((onResponse) => get(`${odd.url}/work`, onResponse)),
  "node:http request with options": () =>
    answerOf((onResponse) =>
      request(
        { host: "127.0.0.1", port: odd.port, path: "/work", method: "POST", headers: { baggage: "tenant=7" } },
        onResponse,
      ).end("body"),
    ),
  "another client that sends actor.headers": (actor) =>
    answerOf((onResponse) =>
      get(
        {
          host: "127.0.0.1",
          port: odd.port,
          path: "/work",
          headers: ["Host", "odd", ...Object.entries(actor.headers).flat()],
        },
        onResponse,
      ),
    ),
  "a client that loses the baggage": ({ headers: { traceparent } }) =>
    answerOf((onResponse) =>
      get(
        { host: "127.0.0.1", port: odd.port, path: "/work", headers: ["Host", "odd", "traceparent", traceparent] },
        onResponse,
      ),
    ),
};

it.each(Object.entries(clients))("is carried by %s", async (_, send) => {
  const alice = gateway.starter("alice", send);
  await using runner = gateway.runner([alice], [alice.before("work"), alice.after("work")]);
  expect((await runner.next())?.arrival?.service).toBe("odd");
  expect((await runner.next())?.arrival?.service).toBe("odd");
  await runner.finish();
});

it("is carried by a process, from its environment, into a service", async () => {
  const job = gateway.starter.process("a job: ü", ["node", fixture("caller.js"), `${odd.url}/work`]);
  await using runner = gateway.runner(
    [job],
    [job.before("GET", { service: "a job: ü", kind: "client" }), job.after("work", { service: "odd" })],
  );
  await runner.next();
  await runner.next();
  expect((await runner.finish())["a job: ü"]).toMatchObject({ exitCode: 0, stdout: "done\n" });
});

it("is not carried by calls outside a starter, and they pass while nobody is held", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const alice = gateway.starter("alice", async () => {
    await promise;
    return await (await fetch(`${odd.url}/work`)).text();
  });
  await using runner = gateway.runner([alice], [alice.after("work")]);
  const step = runner.next();
  expect(await (await fetch(`${odd.url}/work`)).text()).toBe("done");
  resolve();
  await step;
  expect((await runner.finish()).alice).toBe("done");
});

it("keeps two actors apart that run at once", async () => {
  const other = await gateway.service("odd", ["node", fixture("odd-service.js")], {
    ready: /listening on (\d+)/,
    hold: "thread",
  });
  const alice = gateway.starter("alice", () => fetch(`${odd.url}/work`));
  const bob = gateway.starter("bob", () => fetch(`${other.url}/work`));
  await using runner = gateway.runner(
    [alice, bob],
    [together(alice.before("work"), bob.before("work")), bob.finished, alice.finished],
  );
  const both = await runner.next();
  expect(both?.all.map(({ checkpoint, arrival }) => [checkpoint.starter.name, arrival?.pid])).toEqual([
    ["alice", odd.pid],
    ["bob", other.pid],
  ]);
  await runner.finish();
});

it("begins every starter in the async context of the runner's first step, whoever ran before", async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const starters = ["alice", "bob", "carol"].map((name) =>
    gateway.starter(name, async () => {
      seen.push(storage.getStore());
      storage.enterWith(name);
      await fetch(`${odd.url}/work`);
    }),
  );
  await storage.run("the test", async () => {
    const runner = gateway.runner(
      starters,
      starters.map((starter) => starter.before("work")),
    );
    await runner.next();
    await storage.run("a later step", () => runner.finish());
  });
  expect(seen).toEqual(["the test", "the test", "the test"]);
});
