// Handlers that answer, held after their span: the answer is made, and its client does not have it.
import { connect } from "node:net";
import { type Gateway, openGateway, type Service, type SpangateError } from "spangate";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Account } from "../support/bank.ts";
import { stateOf } from "../support/coordinator-process.ts";
import { failureOf } from "../support/failures.ts";
import { fixture, node } from "../support/fixtures.ts";
import { untilAsync } from "../support/until.ts";

const runs = Number(process.env["SPANGATE_TEST_RUNS"] ?? 10);
let gateway: Gateway;
let account: Account;

beforeAll(async () => {
  [gateway, account] = await Promise.all([openGateway(), Account.open()]);
});
beforeEach(() => account.reset(100));
afterAll(async () => {
  await gateway.close();
  await account.close();
});

describe.each([
  {
    framework: "express 4",
    file: "answering-express.cjs",
    env: { EXPRESS: fixture("../versions/express-4/package.json") },
    handler: (path: string) => `request handler - /${path}`,
  },
  {
    framework: "express 5",
    file: "answering-express.cjs",
    env: { EXPRESS: fixture("../../package.json") },
    handler: (path: string) => `request handler - /${path}`,
  },
  {
    framework: "fastify",
    file: "answering-fastify.mjs",
    env: {},
    handler: (path: string) => `request handler - ${path}`,
  },
])("$framework", ({ framework, file, env, handler }) => {
  const isExpress = framework !== "fastify";
  let service: Service;

  beforeAll(async () => {
    const options = { ready: /listening on (\d+)/, env: { ...env, DATABASE_URL: account.url } };
    service = await gateway.service("bank", node(`frameworks/${file}`), options);
  });
  afterAll(() => service.stop());

  const get = (path: string, method = "GET") => fetch(`${service.url}/${path}?who=alice`, { method });

  async function notes(): Promise<readonly string[]> {
    return (await (await fetch(`${service.url}/notes`)).json()) as string[];
  }

  async function refusalOf(path: string, span = handler(path)): Promise<string> {
    const alice = gateway.starter("alice", () => get(path).catch(() => "cut off"));
    await using runner = gateway.runner([alice], [alice.after(span)]);
    const error = await runner.next().then(
      () => expect.unreachable("it was held"),
      (reason: SpangateError) => reason,
    );
    expect(error.code).toBe("NotGateable");
    return error.message;
  }

  it(`keeps the answers of what is done back, ${runs} of ${runs} times`, { timeout: 600_000 }, async () => {
    for (let run = 0; run < runs; run += 1) {
      await account.reset(100);
      const answered: string[] = [];
      const withdraw = (who: string) => async () => {
        const response = await get("withdraw", "POST");
        answered.push(who);
        return (await response.json()) as unknown;
      };
      const alice = gateway.starter("alice", withdraw("alice"));
      const bob = gateway.starter("bob", withdraw("bob"));
      await using runner = gateway.runner(
        [alice, bob],
        [alice.after(handler("withdraw")), bob.after(handler("withdraw")), alice.finished, bob.finished],
      );
      for (const balance of [90, 80]) {
        expect(await runner.next()).toMatchObject({ reached: true, arrival: { mode: "flow", pid: service.pid } });
        expect(await account.balance()).toBe(balance);
        expect(await (await fetch(`${service.url}/health`)).text()).toBe("fine");
        expect(answered).toEqual([]);
      }
      await runner.next();
      expect(answered).toEqual(["alice"]);
      expect(await runner.finish()).toEqual({ alice: { balance: 90 }, bob: { balance: 80 } });
    }
  });

  it.each(["stream", "piped"])("keeps the rest of /%s back, whose begin has left", async (path) => {
    const begun = Promise.withResolvers<void>();
    let text = "";
    let hasEnded = false;
    const alice = gateway.starter("alice", async () => {
      for await (const chunk of (await get(path)).body ?? []) {
        text += Buffer.from(chunk).toString();
        begun.resolve();
      }
      hasEnded = true;
    });
    await using runner = gateway.runner([alice], [alice.after(handler(path)), alice.finished]);
    await runner.next();
    await begun.promise;
    expect(await (await fetch(`${service.url}/health`)).text()).toBe("fine");
    expect(hasEnded).toBe(false);
    if (path === "stream") expect(text).toBe("begun, ");
    await runner.finish();
    expect(text).toBe("begun, done");
  });

  it("holds the handler first and the server behind it", async () => {
    let isAnswered = false;
    const alice = gateway.starter("alice", async () => {
      const { status } = await get("withdraw", "POST");
      isAnswered = true;
      return status;
    });
    const order = [
      alice.after(handler("withdraw")),
      alice.after("POST*", { kind: "server", attributes: { "http.response.status_code": 200 } }),
      alice.finished,
    ];
    await using runner = gateway.runner([alice], order);
    for (const kind of ["internal", "server"]) {
      expect(await runner.next()).toMatchObject({ reached: true, arrival: { kind } });
      expect(isAnswered).toBe(false);
    }
    expect(await runner.finish()).toEqual({ alice: 200 });
  });

  it.each(["handler", "handler and server"])(
    "lets an answer that is held after its %s go when its client has gone, and tells the application",
    async (held) => {
      const known = (await notes()).length;
      const socket = connect(service.port ?? 0, "127.0.0.1");
      const stays = Promise.withResolvers<void>();
      const alice = gateway.starter("alice", async ({ headers }) => {
        const carried = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(
          `POST /withdraw?who=leaver HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n${carried.join("")}\r\n`,
        );
        await stays.promise;
      });
      const behind = held === "handler" ? [] : [alice.after("POST*", { kind: "server" })];
      await using runner = gateway.runner([alice], [alice.after(handler("withdraw")), ...behind]);
      await runner.next();
      expect((await notes()).slice(known)).not.toContain("leaver gone");
      socket.destroy();
      const { coordinator } = gateway;
      await untilAsync("no hold", async () => ((await stateOf(coordinator)).holds.length === 0 ? true : undefined));
      await untilAsync("gone", async () => ((await notes()).includes("leaver gone", known) ? true : undefined));
      stays.resolve();
      if (held === "handler") await runner.finish();
      else
        expect(await failureOf(runner.finish())).toMatchObject({
          code: "NotGateable",
          message: expect.stringContaining("was cut off"),
        });
      expect(String(runner.interleaving)).toContain("its client has closed the connection");
    },
  );

  it("holds what has thrown, and then its error handler answers", async () => {
    const alice = gateway.starter("alice", async () => {
      const response = await get("throws");
      return { status: response.status, body: (await response.json()) as unknown };
    });
    await using runner = gateway.runner([alice], [alice.after(handler("throws")), alice.finished]);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect(await runner.finish()).toEqual({ alice: { status: 500, body: "thrown" } });
  });

  it("holds what answers in place of going on", async () => {
    let isAnswered = false;
    const alice = gateway.starter("alice", async () => {
      const { status } = await get("guarded");
      isAnswered = true;
      return status;
    });
    await using runner = gateway.runner([alice], [alice.after("middleware - guard"), alice.finished]);
    expect(await runner.next()).toMatchObject({ reached: true });
    expect(isAnswered).toBe(false);
    expect(await runner.finish()).toEqual({ alice: 403 });
  });

  it("refuses an answer that has left, or was cut off", async () => {
    for (const span of [handler("sent"), "GET*"]) {
      expect(await refusalOf("sent", span)).toContain("all of it was sent before response.end()");
    }
    expect(await refusalOf("cut")).toContain("its span ends with the response, which was cut off");
  });

  if (isExpress) {
    it("looks at the attributes that the handler has set", async () => {
      const alice = gateway.starter("alice", () => get("withdraw", "POST"));
      const bob = gateway.starter("bob", () => get("withdraw", "POST"));
      const last = { attributes: { "bank.balance": 80 } };
      await using runner = gateway.runner([alice, bob], [alice.finished, bob.after("*", last)]);
      await runner.next();
      expect((await runner.next())?.arrival).toMatchObject({ span: handler("withdraw"), ...last });
      await runner.finish();
    });

    it("holds what follows its own answer with it", async () => {
      const alice = gateway.starter("alice", () => get("behind"));
      await using runner = gateway.runner([alice], [alice.after(handler("behind")), alice.finished]);
      const before = await notes();
      await runner.next();
      expect((await notes()).slice(before.length)).toEqual([]);
      await runner.finish();
      expect((await notes()).slice(before.length)).toContain("alice behind");
    });
  }

  if (framework === "express 5")
    it("holds two handlers of one request, each where it ends", async () => {
      const alice = gateway.starter("alice", () => get("both"));
      const options = { attributes: { "router.type": "request_handler" } };
      const each = alice.after(handler("both"), options);
      await using runner = gateway.runner([alice], [each, alice.after(handler("both"), options), alice.finished]);
      const before = (await notes()).length;
      await runner.next();
      expect((await notes()).slice(before)).toEqual(["alice checked"]);
      await runner.next();
      expect((await notes()).slice(before)).toEqual(["alice checked", "alice ended"]);
      await runner.finish();
    });

  if (!isExpress)
    it("waits for hooks behind the handler, which its span does not", async () => {
      let isAnswered = false;
      const alice = gateway.starter("alice", async () => {
        await get("dressed");
        isAnswered = true;
      });
      await using runner = gateway.runner([alice], [alice.after(handler("dressed")), alice.finished]);
      const before = (await notes()).length;
      await runner.next();
      expect((await notes()).slice(before)).toEqual(["alice dressed"]);
      expect(isAnswered).toBe(false);
      await runner.finish();
    });
});
