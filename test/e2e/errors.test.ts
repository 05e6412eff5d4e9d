// Each cause of a failure that DESIGN names, with the facts that its error must tell.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Gateway, openGateway, type Service, type SpangateError } from "spangate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../fixtures/odd-service.js", import.meta.url));
let gateway: Gateway;
let odd: Service;

beforeAll(async () => {
  gateway = await openGateway({ stepTimeoutMs: 1_500, stallMs: 300 });
  odd = await gateway.service("odd", ["node", script], { ready: /listening on (\d+)/, hold: "thread" });
});
afterAll(() => gateway.close());

function call(path: string, service = odd) {
  return () => fetch(`${service.url}${path}`);
}

async function failureOf(step: Promise<unknown>): Promise<SpangateError> {
  return await step.then(
    () => expect.unreachable("the step did not fail"),
    (error: SpangateError) => error,
  );
}

describe("a step that cannot complete", () => {
  it("tells what the actor passed, and the nearest name", async () => {
    const alice = gateway.starter("alice", call("/work"));
    await using runner = gateway.runner([alice], [alice.after("wrok")]);
    const error = await failureOf(runner.next());
    expect(error.code).toBe("CheckpointNotReached");
    expect(error.stack).toContain("errors.test.ts");
    expect(error.message).toContain('alice never reached alice.after("wrok")');
    expect(error.message).toMatch(/work +internal +odd/);
    expect(error.message).toMatch(/GET +server +odd/);
    expect(error.message).toContain('Nearest name: "work"');
  });

  it("tells which later checkpoint the actor passed before its place", async () => {
    const alice = gateway.starter("alice", call("/work"));
    await using runner = gateway.runner([alice], [alice.after("later"), alice.before("work")]);
    const error = await failureOf(runner.next());
    expect(error.code).toBe("CheckpointNotReached");
    expect(error.message).toContain('passed the later listed alice.before("work") before its place');
  });

  it("tells that the starter crashed, with its own error as the cause", async () => {
    const alice = gateway.starter("alice", () => {
      throw new TypeError("no such account");
    });
    await using runner = gateway.runner([alice], [alice.after("work")]);
    const error = await failureOf(runner.next());
    expect(error.code).toBe("StarterCrashed");
    expect(error.message).toContain("TypeError: no such account");
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it("tells the exit code and the last lines of a process starter", async () => {
    const job = gateway.starter.process("job", ["node", "-e", "console.error('disk full'); process.exit(3)"]);
    await using runner = gateway.runner([job], [job.after("work")], { stepTimeoutMs: 20_000 });
    const error = await failureOf(runner.next());
    expect(error.code).toBe("StarterCrashed");
    expect(error.message).toMatch(/exit code 3.*disk full/s);
  });

  it("tells that nobody saw the actor where a service has no agent", async () => {
    const server = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const alice = gateway.starter("alice", () => fetch(`http://127.0.0.1:${port}/`));
    await using runner = gateway.runner([alice], [alice.after("work")]);
    const error = await failureOf(runner.next());
    expect(error.code).toBe("NoAgent");
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).toContain(`odd (pid ${odd.pid}, port ${odd.port})`);

    const bob = gateway.starter("bob", call(`/call?url=${encodeURIComponent(`http://127.0.0.1:${port}/`)}`));
    await using hop = gateway.runner([bob], [bob.after("work")]);
    const second = await failureOf(hop.next());
    expect(second.message).toMatch(new RegExp(`from odd to 127.0.0.1:${port} was seen by no agent`));
    server.close();
  });

  it("tells by whom a process is frozen that the actor needs", async () => {
    const alice = gateway.starter("alice", call("/work"));
    const bob = gateway.starter("bob", call("/work"));
    await using runner = gateway.runner([alice, bob], [alice.after("work"), bob.after("work"), alice.finished]);
    await runner.next();
    const error = await failureOf(runner.next());
    expect(error.code).toBe("Frozen");
    expect(error.message).toContain(`odd (pid ${odd.pid}) is frozen by alice, which is held after work`);
  });

  it("takes a frozen process for no repair, where the checkpoint may never come", async () => {
    const alice = gateway.starter("alice", call("/work"));
    const bob = gateway.starter("bob", call("/work"));
    await using runner = gateway.runner(
      [alice, bob],
      [alice.after("work"), bob.after("work").ifReached(), alice.finished],
    );
    await runner.next();
    expect((await failureOf(runner.next())).code).toBe("Frozen");
  });

  it("tells by whom a process is frozen that the actor called from another service", async () => {
    const other = await gateway.service("other", ["node", script], { ready: /listening on (\d+)/, hold: "thread" });
    const alice = gateway.starter("alice", call("/work"));
    const bob = gateway.starter("bob", call(`/call?url=${encodeURIComponent(`${odd.url}/work`)}`, other));
    await using runner = gateway.runner([alice, bob], [alice.after("work"), bob.after("work"), alice.finished]);
    await runner.next();
    const error = await failureOf(runner.next());
    expect(error.code).toBe("Frozen");
    expect(error.message).toContain("bob has called it and waits for its answer");
    await other.stop();
  });

  it("tells that a name came too late for a gate before the call", async () => {
    const alice = gateway.starter("alice", call("/renamed"));
    await using runner = gateway.runner([alice], [alice.before("plain /items/:id")]);
    const error = await failureOf(runner.next());
    expect(error.code).toBe("NotGateable");
    expect(error.message).toContain('was named "plain" at its start');
  });

  it("tells that an attribute came too late for a gate before the call", async () => {
    const alice = gateway.starter("alice", call("/late-attribute"));
    await using runner = gateway.runner([alice], [alice.before("late", { attributes: { item: "sold" } })]);
    expect((await failureOf(runner.next())).code).toBe("NotGateable");
  });

  it("tells what an actor is in that takes too long", async () => {
    const alice = gateway.starter("alice", call("/never"));
    await using runner = gateway.runner([alice], [alice.after("work")], { stepTimeoutMs: 400 });
    const error = await failureOf(runner.next());
    expect(error.code).toBe("StepTimedOut");
    expect(error.message).toMatch(/GET +server +odd +\(has not ended\)/);
  });

  it("fails a run in which nothing was ever held", async () => {
    const alice = gateway.starter("alice", call("/work"));
    await using runner = gateway.runner([alice], [alice.after("gone").ifReached()]);
    expect((await runner.next())?.reached).toBe(false);
    expect((await failureOf(runner.next())).code).toBe("NothingHeld");
  });

  it("leaves nothing held after a failure", async () => {
    const alice = gateway.starter("alice", call("/work"));
    const bob = gateway.starter("bob", call("/work"));
    await using runner = gateway.runner([alice, bob], [alice.after("work"), bob.after("work"), alice.finished]);
    await runner.next();
    await failureOf(runner.next());
    expect(await (await fetch(`${odd.url}/work`)).text()).toBe("done");
    expect((await failureOf(runner.next())).code).toBe("RunnerEnded");
    expect((await failureOf(runner.finish())).code).toBe("RunnerEnded");
  });
});

describe("the end of a run", () => {
  it("has all that passed before it in its interleaving", async () => {
    for (let run = 0; run < 20; run += 1) {
      const alice = gateway.starter("alice", async () => await (await call("/work")()).text());
      await using runner = gateway.runner([alice], [alice.finished]);
      await runner.finish();
      const passed = runner.interleaving.entries.filter((it) => it.type === "passed").map((it) => it.passed);
      expect(passed).toContainEqual(
        expect.objectContaining({ phase: "after", span: expect.objectContaining({ name: "work" }) }),
      );
    }
  });

  it("tells a starter's error, and settles", async () => {
    const failing = async () => {
      await call("/work")();
      throw new RangeError("too late");
    };
    const alice = gateway.starter("alice", failing);
    await using runner = gateway.runner([alice], [alice.after("work")]);
    const error = await failureOf(runner.finish());
    expect(error.code).toBe("StarterFailed");
    expect(error.cause).toBeInstanceOf(RangeError);
    expect((await runner.settle()).alice.status).toBe("rejected");
  });
});

describe("a service that does not come up", () => {
  it("tells its output when it ends", async () => {
    const starting = gateway.service("bad", ["node", "-e", "console.error('port taken'); process.exit(1)"], {
      ready: /up/,
    });
    const error = await failureOf(starting);
    expect(error.code).toBe("ServiceNotReady");
    expect(error.message).toMatch(/exit code 1.*port taken/s);
  });

  it("tells what it waited for when the time is over", async () => {
    const starting = gateway.service("slow", ["node", "-e", "console.log('hm'); setInterval(() => {}, 1000)"], {
      ready: /up/,
      readyTimeoutMs: 8_000,
    });
    const error = await failureOf(starting);
    expect(error.code).toBe("ServiceNotReady");
    expect(error.message).toMatch(/did not match \/up\/.*hm/s);
    expect(error.stack).toContain("errors.test.ts");
  });

  it("is ended when the gateway is closed meanwhile", async () => {
    const other = await openGateway();
    const command = ["node", "-e", "console.log(process.pid); setInterval(() => {}, 1000)"];
    const starting = failureOf(other.service("slow", command, { ready: /never/ }));
    await other.close();
    expect(await starting).toMatchObject({
      code: "RunnerEnded",
      message: "The gateway was closed while this service was starting.",
    });
  });

  it("tells that there is no agent where NODE_OPTIONS is lost", async () => {
    const starting = gateway.service(
      "bare",
      ["env", "-u", "NODE_OPTIONS", "node", "-e", "console.log('up'); setInterval(() => {}, 1000)"],
      { ready: /up/ },
    );
    expect((await failureOf(starting)).code).toBe("NoAgent");
  });

  it("tells that the command does not exist", async () => {
    const error = await failureOf(gateway.service("none", ["no-such-command-here"], { ready: /up/ }));
    expect(error.code).toBe("ServiceNotReady");
    expect(error.message).toContain("ENOENT");
    const lost = await failureOf(gateway.service("lost", ["node", "x.js"], { ready: /up/, cwd: "/no/such/folder" }));
    expect(lost.message).toContain("there is no folder /no/such/folder");
  });
});
