// What Redis drivers do must mean the same whether or not a run is open, and a call that is held must give what it
// gives when it is not. What cannot be held without a change of meaning is refused.
import { fileURLToPath } from "node:url";
import { type Gateway, openGateway, type Service } from "spangate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "../support/failures.ts";
import { urlOf, whyNot } from "../support/servers.ts";

const missing = await whyNot("redis");
const script = fileURLToPath(new URL("../fixtures/redis/service.mjs", import.meta.url));

interface Driver {
  readonly name: "ioredis" | "redis";
  readonly version: string;
  /** What a span of a command is called. */
  readonly span: (command: string) => string;
  readonly scope: string;
}

const drivers: readonly Driver[] = [
  ...["", "6"].map((version) => ({
    ...{ name: "ioredis" as const, version, scope: "@opentelemetry/instrumentation-ioredis" },
    span: (command: string) => command.toLowerCase(),
  })),
  ...["4", "5", ""].map((version) => ({
    ...{ name: "redis" as const, version, scope: "@opentelemetry/instrumentation-redis" },
    span: (command: string) => `redis-${command}`,
  })),
];

const same = {
  ioredis: [
    ...["pipeline", "pipelineWithCallback", "emptyPipeline", "transaction", "aborted", "inOneTick", "watched"],
    ...["autoPipelined", "script", "blocked", "published", "offline", "itsPromise", "wrongType"],
    ...["wrongTypeByCallback", "ignoredFailure", "closedAtOnce", "setUp", "recovered"],
  ],
  redis: [
    ...["pipeline", "failingPipeline", "emptyPipeline", "transaction", "failingTransaction", "aborted", "watched"],
    ...["oneTick", "blocked", "published", "wrongType", "ignoredFailure", "ignoredFailureOfCommand"],
  ],
};

describe.skipIf(missing !== undefined)(missing ?? "Redis", () => {
  describe.each(drivers)("$name $version", ({ name, version, span, scope }) => {
    let gateway: Gateway;
    let service: Service;

    beforeAll(async () => {
      gateway = await openGateway();
      service = await gateway.service("redis", ["node", script, name, version], {
        ready: /listening on (\d+)/,
        env: { SERVER_URL: urlOf("redis") },
      });
    });
    afterAll(() => gateway?.close());

    const ask = async (action: string, key = "") => {
      const response = await fetch(`${service.url}/${action}${key && `?key=${key}`}`);
      return JSON.parse((await response.text()).replaceAll(/spangate:test:\w+/g, "the key"));
    };
    const asks = (action: string, key = "") => gateway.starter("alice", () => ask(action, key));

    it.each(same[name])("does the same while a run is open that holds something else: %s", async (action) => {
      const atRest = await ask(action);
      const alice = asks(action);
      await using runner = gateway.runner(
        [alice],
        [alice.before(span("PING")), alice.before("never").ifReached(), alice.after("never").ifReached()],
      );
      expect((await runner.finish()).alice).toEqual(atRest);
      expect(atRest.answer).toBeDefined();
    });

    it.each([...new Set(["pipeline", "transaction", "wrongType"])])(
      "gives the same when it is held before its first command: %s",
      async (action) => {
        const first = { pipeline: "SET", transaction: "SET", wrongType: "RPUSH" }[action] ?? "";
        const atRest = await ask(action);
        const alice = asks(action);
        await using runner = gateway.runner([alice], [alice.before(span(first)), alice.finished]);
        await runner.next();
        // The connection serves others meanwhile, and each gets its own reply.
        expect((await ask("ping")).answer).toBe("PONG");
        expect((await runner.finish()).alice).toEqual(atRest);
      },
    );

    it.each(["before", "after"] as const)("gives the driver's own error when it is held %s it", async (phase) => {
      const alice = asks("wrongType");
      await using runner = gateway.runner([alice], [alice[phase](span("GET")), alice.finished]);
      await runner.next();
      const { answer, unhandled } = (await runner.finish()).alice;
      expect(answer).toMatchObject({ error: expect.stringContaining("WRONGTYPE"), isError: true });
      expect(answer).toEqual((await ask("wrongType")).answer);
      expect(unhandled).toEqual([]);
    });

    it("makes no more and no fewer unhandled rejections of a held failure that nobody looks at", async () => {
      const atRest = await ask("ignoredFailure");
      const alice = asks("ignoredFailure");
      await using runner = gateway.runner([alice], [alice.before(span("GET")), alice.finished]);
      await runner.next();
      expect((await runner.finish()).alice).toEqual(atRest);
    });

    it("rejects as the driver does where its connection is closed while it is held", async () => {
      await ask("reopen");
      await ask("close");
      const closed = await ask("onClosing");
      await ask("reopen");
      const alice = asks("onClosing");
      await using runner = gateway.runner([alice], [alice.before(span("GET")), alice.finished]);
      await runner.next();
      await ask("close");
      expect((await runner.finish()).alice).toEqual(closed);
      expect(closed.answer.error).toMatch(/closed/);
    });

    if (name === "ioredis")
      it("meets its gates once where its connection comes up later", async () => {
        const atRest = await ask("offline");
        const alice = asks("offline");
        await using runner = gateway.runner(
          [alice],
          [alice.before("set"), alice.before("exec"), alice.after("exec"), alice.finished],
        );
        expect((await runner.finish()).alice).toEqual(atRest);
      });

    if (name === "ioredis")
      it("closes its connection behind what the same actor has called before", async () => {
        const atRest = await ask("closedAtOnce");
        const alice = asks("closedAtOnce");
        await using runner = gateway.runner([alice], [alice.before("set"), alice.finished]);
        await runner.next();
        expect((await runner.finish()).alice).toEqual(atRest);
        expect(atRest.answer).toBe("OK");
      });

    const refusals: readonly (readonly [string, "before" | "after", string, string])[] = [
      ["pipeline", "before", span("GET"), "whole of its"],
      ["transaction", "before", name === "redis" ? "" : span("LPUSH"), 'before("exec")'],
      ["transaction", "after", name === "redis" ? "" : span("LPUSH"), 'list after("exec")'],
      ["inOneTick", "before", name === "redis" ? "" : "incr", "without { pipeline: false }"],
      ["inOneTick", "before", name === "redis" ? "" : "exec", "without { pipeline: false }"],
      ["inOneTick", "after", name === "redis" ? "" : "incr", 'list after("exec")'],
      ["autoPipelined", "before", name === "redis" ? "" : "set", "enableAutoPipelining"],
      ["autoPipelined", "after", name === "redis" ? "" : "set", "enableAutoPipelining"],
      ["setUp", "before", name === "redis" ? "" : "select", "sets its connection up"],
      ["recovered", "before", name === "redis" ? "" : "del", "in reconnectOnError"],
      ["connect", "before", name === "redis" ? "redis-connect" : "connect", "tells everyone that it connects"],
    ];

    it.each(refusals.filter(([, , refused]) => refused !== ""))(
      "refuses to hold in %s, %s %s",
      async (action, phase, refused, reason) => {
        const alice = asks(action);
        await using runner = gateway.runner([alice], [alice[phase](refused), alice.finished]);
        const error = await failureOf(runner.next());
        expect(error).toMatchObject({ code: "NotGateable" });
        expect((error as Error).message).toContain(scope);
        expect((error as Error).message).toContain(reason);
        expect((error as Error).message).toContain('{ hold: "thread" }');
      },
    );
  });
});
