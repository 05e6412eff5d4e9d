// Where a thread's own stream cannot take everything, or breaks: nothing is lost, and nothing stays held.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Gateway, openGateway, type Runner } from "../../src/index.ts";
import { stateOf } from "../support/coordinator-process.ts";
import { failureOf } from "../support/failures.ts";
import { node } from "../support/fixtures.ts";
import { isAlive } from "../support/pids.ts";
import { Script } from "../support/scripts.ts";
import { untilAsync } from "../support/until.ts";

const ready = /listening on (\d+)/;

it("stops a thread again and again behind flows that wait, without a turn of the event loop", async () => {
  await using gateway = await openGateway();
  const service = await gateway.service("burst", node("burst.js"), { ready });
  const alice = gateway.starter("alice", async () => (await fetch(`${service.url}/?flows=500&stops=1500`)).text());
  const runner = gateway.runner(
    [alice],
    [alice.before("last"), alice.before("flow *").ifReached(), alice.before("stop *", { hold: "thread" }).ifReached()],
  );
  expect(await runner.next()).toMatchObject({ arrival: { span: "last", mode: "flow" } });
  expect(await runner.finish()).toEqual({ alice: "done" });
  const passed = runner.interleaving.entries.flatMap((it) =>
    it.type === "passed" && it.passed.phase === "before" ? [it.passed.span.name] : [],
  );
  const named = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name} ${at}`);
  expect(passed.filter((name) => name.startsWith("flow"))).toEqual(named("flow", 500));
  expect(passed.filter((name) => name.startsWith("stop"))).toEqual(named("stop", 1_500));
});

it("tells of thousands of flows that come without a turn of the event loop, while others go by the worker", async () => {
  await using gateway = await openGateway({ stepTimeoutMs: 30_000 });
  const service = await gateway.service("burst", node("burst.js"), { ready });
  const alice = gateway.starter("alice", async () => (await fetch(`${service.url}/?flows=15000`)).text());
  const runner = gateway.runner([alice], [alice.before("last"), alice.before("flow *").ifReached()]);
  expect(await runner.next()).toMatchObject({ arrival: { span: "last", mode: "flow" } });
  expect(await runner.finish()).toEqual({ alice: "done" });
});

describe("when only that stream is cut", () => {
  it("tells it, and lets everything go where the process was only attached", async () => {
    await withHeldProcess({}, async ({ attached, flows, runner }) => {
      expect(await failureOf(runner.next())).toMatchObject({ code: "ProcessDied" });
      expect(await flows()).toBe("done");
      expect(isAlive(attached.pid)).toBe(true);
    });
  });

  it("ends a process that the gateway started", async () => {
    await withHeldProcess({ SPANGATE_SPAWNED: "1" }, async ({ attached, runner }) => {
      expect((await attached.ended).signal).toBe("SIGKILL");
      expect(await failureOf(runner.next())).toMatchObject({ code: "ProcessDied" });
    });
  });
});

interface Scene {
  readonly attached: Script;
  readonly flows: () => Promise<string>;
  readonly runner: Runner;
}

/** Holds one of a process's flows, cuts its second stream, and waits until the coordinator knows that its agent is gone. */
async function withHeldProcess(env: Record<string, string>, look: (scene: Scene) => Promise<void>): Promise<void> {
  await using gateway = await openGateway({ listen: "127.0.0.1:0" });
  const way = await Way.to(gateway);
  await using attached = new Script(node("burst.js"), {
    ...gateway.environment("burst", {}),
    ...{ SPANGATE_ADDRESS: way.address, ...env },
  });
  const port = await attached.said(ready);
  const flows = async () => (await fetch(`http://127.0.0.1:${port}/?flows=3`)).text();
  const alice = gateway.starter("alice", flows);
  const runner = gateway.runner([alice], [alice.before("flow 1"), alice.before("last")]);
  await runner.next();
  way.cut(1);
  await untilAsync("its agent is gone", async () =>
    (await stateOf(gateway.coordinator)).agents.length === 0 ? true : undefined,
  );
  await look({ attached, flows, runner });
}

/** A way to a gateway that can be cut, one connection at a time. */
class Way {
  readonly address: string;
  readonly #connections: Socket[];

  private constructor(address: string, connections: Socket[]) {
    this.address = address;
    this.#connections = connections;
  }

  static async to({ coordinator }: Gateway): Promise<Way> {
    const [host = "", port] = coordinator.address.split(":");
    const connections: Socket[] = [];
    const server = createServer((near) => {
      const far = connect({ host, port: Number(port) });
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on("error", () => {});
        from.on("close", () => to.destroy());
        from.pipe(to);
      }
      connections.push(near);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const address = server.address();
    return new Way(`127.0.0.1:${typeof address === "object" ? address?.port : 0}`, connections);
  }

  /** @param index in the sequence in which the connections were made */
  cut(index: number): void {
    this.#connections[index]?.destroy();
  }
}
