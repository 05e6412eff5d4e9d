// Mistakes of a test are caught before anything starts, and say how to mend them.
import { once } from "node:events";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { type Gateway, openGateway, postgres, together, UsageError } from "spangate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "../support/failures.ts";

let gateway: Gateway;
let other: Gateway;
beforeAll(async () => {
  [gateway, other] = await Promise.all([openGateway(), openGateway({ listen: "127.0.0.1:0" })]);
});
afterAll(() => Promise.all([gateway.close(), other.close()]));

const nothing = () => expect.unreachable("a starter was begun");

function caught(action: () => unknown): UsageError {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  return expect.unreachable("nothing was thrown");
}

describe("a runner's definition", () => {
  const mistakes: Record<string, [code: string, text: string, make: () => unknown]> = {
    "an empty order": [
      "BadOrder",
      "List at least one checkpoint",
      () => gateway.runner([gateway.starter("alice", nothing)], []),
    ],
    "no starter": [
      "BadOrder",
      "at least one starter",
      () => gateway.runner([], [gateway.starter("alice", nothing).started]),
    ],
    "an unknown starter": [
      "UnknownStarter",
      'no starter "bob"',
      () => gateway.runner([gateway.starter("alice", nothing)], [gateway.starter("bob", nothing).finished]),
    ],
    "another starter of the same name": [
      "UnknownStarter",
      "another starter of the same name",
      () => gateway.runner([gateway.starter("alice", nothing)], [gateway.starter("alice", nothing).finished]),
    ],
    "two starters of one name": [
      "DuplicateStarter",
      'named "alice"',
      () => {
        const alice = gateway.starter("alice", nothing);
        return gateway.runner([alice, gateway.starter("alice", nothing)], [alice.finished]);
      },
    ],
    "a checkpoint of another gateway": [
      "ForeignCheckpoint",
      "another gateway",
      () => gateway.runner([gateway.starter("alice", nothing)], [other.starter("alice", nothing).finished]),
    ],
    "a starter of another gateway": [
      "ForeignCheckpoint",
      "another gateway",
      () => {
        const alice = gateway.starter("alice", nothing);
        return gateway.runner([alice, other.starter("bob", nothing)], [alice.finished]);
      },
    ],
    "an empty together": [
      "BadOrder",
      "together()",
      () => gateway.runner([gateway.starter("alice", nothing)], [together()]),
    ],
    "something that is no checkpoint": [
      "BadOrder",
      "is none",
      () => gateway.runner([gateway.starter("alice", nothing)], ["alice.after" as never]),
    ],
    "started after another checkpoint": [
      "BadOrder",
      "List it first",
      () => {
        const alice = gateway.starter("alice", nothing);
        return gateway.runner([alice], [alice.after("x"), alice.started]);
      },
    ],
    "a checkpoint after finished": [
      "BadOrder",
      "List it earlier",
      () => {
        const alice = gateway.starter("alice", nothing);
        return gateway.runner([alice], [alice.finished, alice.after("x")]);
      },
    ],
    "nth from 0": [
      "BadOption",
      "from 1",
      () => {
        const alice = gateway.starter("alice", nothing);
        return gateway.runner([alice], [alice.after("x", { nth: 0 })]);
      },
    ],
    "a time-out that is none": [
      "BadOption",
      "stepTimeoutMs",
      () => {
        const alice = gateway.starter("alice", nothing);
        return gateway.runner([alice], [alice.finished], { stepTimeoutMs: 0 });
      },
    ],
    "a step time-out that no timer can wait for": [
      "BadOption",
      "from 1 to 2147483647",
      () => {
        const alice = gateway.starter("alice", nothing);
        return gateway.runner([alice], [alice.finished], { stepTimeoutMs: 2 ** 31 });
      },
    ],
  };
  it.each(Object.entries(mistakes))("refuses %s", (_, [code, text, make]) => {
    const error = caught(make);
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });
});

describe("a checkpoint", () => {
  it.each([
    ["an empty name", "", "must not be empty"],
    ["a path's glob", "GET /**", 'write "*"'],
    ["a regular expression with a memory", /x/g, "flag g or y"],
  ])("refuses %s", (_, pattern, text) => {
    const error = caught(() => gateway.starter("alice", nothing).after(pattern));
    expect(error.code).toBe("BadPattern");
    expect(error.message).toContain(text);
  });

  it("refuses a bad pattern of an attribute", () => {
    expect(caught(() => gateway.starter("alice", nothing).before("x", { attributes: { a: "" } })).code).toBe(
      "BadPattern",
    );
  });

  it.each([
    [{ kind: "sever" }, 'kind must be one of "internal", "server", "client", "producer", "consumer"; it is "sever".'],
    [{ kind: "Server" }, 'it is "Server".'],
    [{ service: 5 }, "service must be a service's name, one text that is not empty; it is 5."],
    [{ service: ["x"] }, 'it is ["x"].'],
    [{ attributes: [] }, "attributes must be an object"],
    [{ attributes: null }, "it is null."],
  ])("refuses %j, which would match everything or nothing", (options, text) => {
    const alice = gateway.starter("alice", nothing);
    const made = [
      () => alice.before("POST", options as never),
      () => alice.after("POST", options as never),
      () => gateway.adopt("job", { span: "POST", ...options } as never),
    ];
    for (const make of made) {
      expect(caught(make)).toMatchObject({ code: "BadOption", message: expect.stringContaining(text) });
    }
  });
});

describe("a starter", () => {
  it("needs a name and something to do", () => {
    expect(caught(() => gateway.starter(" ", nothing)).code).toBe("BadOption");
    expect(caught(() => gateway.starter("alice", "fetch" as never)).code).toBe("BadOption");
    expect(caught(() => gateway.starter.process("alice", [])).code).toBe("BadOption");
  });
});

describe("a runner in use", () => {
  it("refuses a second step while one is under way, and any after its end", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const alice = gateway.starter("alice", () => promise);
    await using runner = gateway.runner([alice], [alice.finished]);
    const step = runner.next();
    await expect(runner.next()).rejects.toMatchObject({ code: "RunnerBusy" });
    resolve();
    await step;
    await runner.finish();
    await expect(runner.next()).rejects.toMatchObject({ code: "RunnerEnded" });
  });

  it.each(["next", "finish"] as const)("tells of a %s() that nobody awaited, and where it was called", async (step) => {
    const alice = gateway.starter("alice", () => new Promise(() => {}));
    let dropped: Promise<unknown> = Promise.resolve();
    {
      await using runner = gateway.runner([alice], [alice.finished]);
      dropped = runner[step]();
      dropped.catch(() => {});
      await expect(runner.next()).rejects.toMatchObject({
        code: "RunnerBusy",
        cause: expect.objectContaining({ message: `runner.${step}() was called here.` }),
      });
    }
    expect(await failureOf(dropped)).toMatchObject({
      code: "RunnerEnded",
      message: expect.stringContaining(`The run was closed while runner.${step}() was under way.\n  Await every step`),
      stack: expect.stringContaining("usage.test.ts"),
    });
  });

  it("tells where a step was called that fails while nobody awaits it", async () => {
    const alice = gateway.starter("alice", () => new Promise(() => {}));
    await using runner = gateway.runner([alice], [alice.finished], { stepTimeoutMs: 50 });
    const failed = Promise.withResolvers<unknown>();
    void runner.next().catch(failed.resolve);
    expect(await failed.promise).toMatchObject({
      code: "StepTimedOut",
      stack: expect.stringMatching(/^StepTimedOut: alice did not reach .*usage\.test\.ts/s),
    });
  });

  it("refuses to skip to what is behind or not listed", async () => {
    const alice = gateway.starter("alice", async () => {});
    const [started, elsewhere] = [alice.started, alice.after("elsewhere")];
    await using runner = gateway.runner([alice], [started, alice.finished]);
    await runner.next();
    await expect(runner.skipTo(started)).rejects.toMatchObject({ code: "BadOrder" });
    await expect(runner.skipTo(elsewhere)).rejects.toMatchObject({ code: "BadOrder" });
    await expect(runner.skipTo(alice.finished)).resolves.toMatchObject({ reached: true });
  });

  it("waits at its close for the functions that it has begun", async () => {
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    const seen: string[] = [];
    const alice = gateway.starter("alice", async () => {
      await told;
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      seen.push("has ended");
    });
    const bob = gateway.starter("bob", nothing);
    {
      await using runner = gateway.runner([alice, bob], [alice.started, bob.finished], {
        stallMs: 60_000,
        stepTimeoutMs: 100,
      });
      await runner.next();
      await expect(runner.next()).rejects.toMatchObject({ code: "StepTimedOut" });
      tell();
    }
    expect(seen).toEqual(["has ended"]);
  });

  it("is closed all the same beside a function that does not end", async () => {
    const alice = gateway.starter("alice", () => new Promise(() => {}));
    const bob = gateway.starter("bob", () => {});
    await using runner = gateway.runner([alice, bob], [alice.started, bob.finished], { stallMs: 50 });
    await runner.next();
    await runner.next();
    await runner.close();
  });

  it("is not begun again after close", async () => {
    const alice = gateway.starter("alice", nothing);
    const runner = gateway.runner([alice], [alice.finished]);
    await runner.close();
    await expect(runner.next()).rejects.toMatchObject({ code: "RunnerEnded" });
  });
});

describe("a starter's function that does not wait for its call", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer(({ url: path, socket }, response) => {
      if (path === "/gone") socket.destroy();
      else response.end("done");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  it.each<[string, () => unknown]>([
    ["fetch", () => void fetch(url)],
    ["node:http", () => void get(url, (response) => response.resume())],
    ["fetch, behind another that it awaited", () => fetch(url).then(() => void fetch(url))],
  ])("is told in the error: %s", async (_, action) => {
    const alice = gateway.starter("alice", action);
    for (const checkpoint of [alice.after("read"), alice.after("read").ifReached()]) {
      await using runner = gateway.runner([alice], [checkpoint]);
      expect(await failureOf(runner.finish())).toMatchObject({
        code: checkpoint.optional ? "NothingHeld" : "NoAgent",
        message: expect.stringContaining(
          `\n  alice's function ended while its call to ${new URL(url).host} was open: return or await the call.\n`,
        ),
      });
    }
  });

  it.each<[string, () => unknown]>([
    ["has its answer", () => fetch(url)],
    ["has failed", () => fetch(`${url}gone`).catch(() => {})],
    ["of node:http has its answer", () => new Promise((resolve) => get(url, (it) => it.resume().on("end", resolve)))],
    ["of node:http has failed", () => new Promise((resolve) => get(`${url}gone`).on("error", resolve))],
  ])("is not blamed for a call that %s", async (_, action) => {
    const alice = gateway.starter("alice", action);
    await using runner = gateway.runner([alice], [alice.after("read")]);
    const error = await failureOf(runner.next());
    expect(error).toMatchObject({ code: "NoAgent" });
    expect(String(error)).not.toContain("ended while");
  });
});

describe("a service", () => {
  const command = ["node", "-e", "1"];

  it("needs a list of words and a way to tell when it is ready, before it is started", async () => {
    await expect(gateway.service("s", "node server.js" as never, { ready: /up/ })).rejects.toMatchObject({
      code: "BadOption",
    });
    await expect(gateway.service("s", command, undefined as never)).rejects.toMatchObject({ code: "BadOption" });
    await expect(gateway.service("s", command, { ready: "up" as never })).rejects.toMatchObject({ code: "BadOption" });
    await expect(gateway.service("", command, { ready: /up/ })).rejects.toMatchObject({ code: "BadOption" });
  });

  it("is not started where somebody else answers already", async () => {
    const port = Number(other.coordinator.address.split(":").at(-1));
    await expect(gateway.service("s", command, { ready: { port } })).rejects.toMatchObject({
      code: "ServiceNotReady",
      message: expect.stringContaining(`port ${port}`),
    });
  });
});

describe("options that nobody knows", () => {
  it("are mistakes, told with the nearest that there is", async () => {
    await using gateway = await openGateway();
    const alice = gateway.starter("alice", () => {});
    const mistake = (told: string) =>
      expect.objectContaining({ code: "BadOption", message: expect.stringContaining(told) });
    const misspelt = { attribute: { "db.query.text": /x/ } } as never;
    expect(() => alice.before("x", misspelt)).toThrow(
      mistake('before() has no option "attribute". Did you mean "attributes"?'),
    );
    expect(() => alice.after("x", "y" as never)).toThrow(mistake("after() takes its options as an object"));
    expect(() => gateway.adopt("job", { span: "x", servce: "y" } as never)).toThrow(mistake('Did you mean "service"?'));
    expect(() => gateway.runner([alice], [alice.finished], { stallMS: 1 } as never)).toThrow(
      mistake('Did you mean "stallMs"?'),
    );
    expect(() => gateway.starter.process("p", ["node"], { dir: "." } as never)).toThrow(mistake("It has: cwd, env"));
    await expect(openGateway({ stepTimeoutMS: 1 } as never)).rejects.toEqual(mistake('Did you mean "stepTimeoutMs"?'));
    await expect(gateway.service("s", ["node"], { ready: /x/, readyTimeout: 1 } as never)).rejects.toEqual(
      mistake('Did you mean "readyTimeoutMs"?'),
    );
  });
});

describe("options that make no sense", () => {
  it.each([0, 0.5, Number.POSITIVE_INFINITY, 2 ** 31])("are times that no timer can wait: %d", async (time) => {
    const told = (name: string) =>
      expect.objectContaining({
        code: "BadOption",
        message: expect.stringContaining(`${name} must be a whole number`),
      });
    const service = (options: object) => gateway.service("s", ["node"], { ready: /x/, ...options });
    await expect(service({ readyTimeoutMs: time })).rejects.toEqual(told("readyTimeoutMs"));
    await expect(service({ stopTimeoutMs: time })).rejects.toEqual(told("stopTimeoutMs"));
    await expect(openGateway({ connectTimeoutMs: time })).rejects.toEqual(told("connectTimeoutMs"));
  });

  it("are told for the environment of a process and for an actor without a span", () => {
    expect(() => gateway.environment("s", {}, { hodl: "thread" } as never)).toThrow('Did you mean "hold"?');
    expect(() => gateway.adopt("job", {} as never)).toThrow('needs the name of a span: { span: "nightly *" }');
  });
});

describe("a gateway", () => {
  it("refuses what is no address, and two coordinators", async () => {
    for (const listen of ["7717", "host", "unix:", "http://127.0.0.1:0", "::1:0", ""])
      await expect(openGateway({ listen })).rejects.toMatchObject({ code: "BadOption" });
    const connect = other.coordinator;
    await expect(openGateway({ listen: "127.0.0.1:0", connect })).rejects.toMatchObject({ code: "BadOption" });
  });

  it("refuses probes that are none, or that another's coordinator would have to ask", async () => {
    await expect(openGateway({ probes: ["postgres://db"] as never })).rejects.toMatchObject({
      code: "BadOption",
      message: expect.stringContaining("[postgres(url)]"),
    });
    const [connect, probes] = [other.coordinator, [postgres("postgres://127.0.0.1:1/db")]];
    await expect(openGateway({ connect, probes })).rejects.toMatchObject({ code: "BadOption" });
    expect(caught(() => postgres("db"))).toMatchObject({ code: "BadOption" });
    const probe = { ...postgres("postgres://db/x"), open: async () => {} };
    await using first = await openGateway({ probes: [probe] });
    await expect(openGateway({ probes: [probe] })).rejects.toThrow("in use by another gateway");
    await first.close();
    await (await openGateway({ probes: [probe] })).close();
  });

  it("is not opened with a probe that cannot connect, whose server it names without a password", async () => {
    const probes = [postgres("postgres://me:secret@127.0.0.1:1/db")];
    const failure = await failureOf(openGateway({ probes }));
    expect(failure).toMatchObject({
      code: "ProbeFailed",
      message: expect.stringContaining("postgres://127.0.0.1:1/db"),
    });
    expect(String(failure)).not.toContain("secret");
  });

  it("is not opened where somebody else listens", async () => {
    const { address } = other.coordinator;
    await expect(openGateway({ listen: address })).rejects.toMatchObject({
      code: "CoordinatorUnreachable",
      message: expect.stringContaining("EADDRINUSE"),
    });
  });

  it("is refused with a wrong token, and told when nobody answers", async () => {
    await expect(openGateway({ connect: { ...other.coordinator, token: "guess" } })).rejects.toMatchObject({
      code: "Refused",
    });
    await expect(
      openGateway({ connect: { address: "unix:/tmp/spangate-nobody.sock", token: "x" }, connectTimeoutMs: 300 }),
    ).rejects.toMatchObject({ code: "CoordinatorUnreachable" });
  });

  it("shares a coordinator with a gateway that connects to it", async () => {
    await using guest = await openGateway({ connect: other.coordinator });
    const alice = guest.starter("alice", async (amount: number) => amount + 1, 41);
    await using runner = guest.runner([alice], [alice.finished]);
    expect(await runner.finish()).toEqual({ alice: 42 });
  });

  it("is not used after close", async () => {
    const closed = await openGateway();
    await closed.close();
    const alice = closed.starter("alice", nothing);
    expect(caught(() => closed.runner([alice], [alice.finished])).code).toBe("RunnerEnded");
  });
});
