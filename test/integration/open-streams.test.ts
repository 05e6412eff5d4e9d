// The stream of Open is the run's lease: whenever and however it ends, the run ends, and nothing of it stays held.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CoordinatorAddress } from "../../src/runner/client.ts";
import { socketOptions } from "../../src/wire/address.ts";
import { at } from "../support/builders.ts";
import { ObedientAgent } from "../support/obedient-agent.ts";
import { openRequest, RunClient, refusalOf, type StrangersRun } from "../support/run-client.ts";
import { RunScene } from "../support/run-scene.ts";

let scene: RunScene;
/** Looks on by a connection of its own. */
let onlooker: RunClient;
let agent: ObedientAgent;
let wire: Wire;
beforeEach(async () => {
  scene = await RunScene.set();
  ({ client: onlooker, agent } = scene);
  wire = await Wire.to(scene.at);
});
afterEach(async () => {
  wire.cut();
  await scene.close();
});

/** A wire that can be cut: neither side says a word more. */
class Wire {
  readonly client: RunClient;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(tap: Server, sockets: ReadonlySet<Socket>, token: string) {
    const { port } = tap.address() as AddressInfo;
    this.client = new RunClient({ address: `127.0.0.1:${port}`, token });
    this.#server = tap;
    this.#sockets = sockets;
  }

  static async to({ address, token }: CoordinatorAddress): Promise<Wire> {
    const sockets = new Set<Socket>();
    const tap = createServer((near) => {
      const far = connect(socketOptions(address));
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => {});
      }
      near.pipe(far);
      far.pipe(near);
    }).listen(0, "127.0.0.1");
    await once(tap, "listening");
    return new Wire(tap, sockets, token);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#server.close();
    this.client[Symbol.dispose]();
  }
}

const ways = [
  { way: "cancelled", end: (run: StrangersRun) => run.stream.cancel() },
  { way: "cut off with its connection", end: () => wire.cut() },
] as const;
const order = [at("alice", "before", "work"), at("alice", "finished")];

describe.each(ways)("a stream that is $way", ({ end }) => {
  it("before `opened`: the run ends without having begun", async () => {
    // Its rules are not acknowledged, so the run stays at its beginning.
    agent.fallSilent();
    const run = wire.client.open(openRequest(["alice"], order));
    await agent.command((it) => it.$case === "rules" && it.value.actors.length > 0);
    end(run);
    await agent.command((it) => it.$case === "rules" && it.value.actors.length === 0);
    expect(run.events).toEqual([]);
    await takesARun();
  });

  it("amid a step: the step is over, and so is the run", async () => {
    const run = wire.client.open(openRequest(["alice"], order));
    const runId = await run.opened();
    const step = wire.client.next(runId);
    await run.begun("alice");
    end(run);
    await agent.command(isWithoutRules);
    const { code } = await refusalOf(step);
    expect([status.ABORTED, status.UNAVAILABLE]).toContain(code);
    expect((await refusalOf(onlooker.next(runId))).code).toBe(status.NOT_FOUND);
    await takesARun();
  });

  it("while something is held: it goes on", async () => {
    const run = wire.client.open(openRequest(["alice"], order));
    const runId = await run.opened();
    const step = wire.client.next(runId);
    await run.begun("alice");
    const held = agent.arrive({ runId, actor: "alice" });
    await step.answer;
    expect(await onlooker.holds()).toHaveLength(1);
    end(run);
    await agent.released(held);
    expect(await onlooker.holds()).toEqual([]);
    await takesARun();
  });
});

it("ends when a deadline of its own passes, and lets go what is held", async () => {
  const run = wire.client.open(openRequest(["alice"], order), { deadline: Date.now() + 1_000 });
  const runId = await run.opened();
  const step = wire.client.next(runId);
  await run.begun("alice");
  const held = agent.arrive({ runId, actor: "alice" });
  await step.answer;
  expect((await run.ended).code).toBe(status.DEADLINE_EXCEEDED);
  await agent.released(held);
  await takesARun();
});

it("tells a step that is under way that its run was closed", async () => {
  const run = wire.client.open(openRequest(["alice"], order));
  const runId = await run.opened();
  const step = wire.client.next(runId);
  await run.begun("alice");
  run.stream.cancel();
  expect(await refusalOf(step)).toMatchObject({
    code: status.ABORTED,
    failure: { code: "RunnerEnded", message: expect.stringContaining("closed while a step was under way") },
  });
});

it("outlives a client that closes its channel in order: calls under way end first", async () => {
  const run = wire.client.open(openRequest(["alice"], order));
  const runId = await run.opened();
  const step = wire.client.next(runId);
  await run.begun("alice");
  wire.client[Symbol.dispose]();
  const held = agent.arrive({ runId, actor: "alice" });
  expect((await step.answer).reached).toMatchObject([{ checkpoint: 0, reached: true }]);
  run.stream.cancel();
  await agent.released(held);
});

it("ends with OK, behind its last event, when the run is closed by a call", async () => {
  const run = wire.client.open(openRequest(["alice"], order));
  const runId = await run.opened();
  const step = wire.client.next(runId);
  await run.begun("alice");
  const held = agent.arrive({ runId, actor: "alice" });
  await step.answer;
  await onlooker.closeRun(runId).answer;
  await agent.released(held);
  expect((await run.ended).code).toBe(status.OK);
  expect(run.events.map(({ event }) => event?.$case)).toContain("released");
});

it("ends with ABORTED where an agent does not take its rules within a step's time", async () => {
  agent.fallSilent();
  const run = wire.client.open(openRequest(["alice"], order, { stepTimeoutMs: 50 }));
  expect(await run.ended).toMatchObject({ code: status.ABORTED, details: expect.stringContaining("not every agent") });
});

function isWithoutRules(command: ObedientAgent["commands"][number]): boolean {
  return command.$case === "rules" && command.value.actors.length === 0;
}

/** Whatever happened, the next run goes through. */
async function takesARun(): Promise<void> {
  const other = await ObedientAgent.attach(scene.at);
  agent[Symbol.dispose]();
  const run = onlooker.open(openRequest(["bob"], [at("bob", "before", "work")]));
  const runId = await run.opened();
  const step = onlooker.next(runId);
  await run.begun("bob");
  const held = other.arrive({ runId, actor: "bob" });
  await step.answer;
  const end = onlooker.finish(runId);
  await other.released(held);
  other.pass({ runId, actor: "bob", phase: 2 });
  await onlooker.endStarter(runId, "bob").answer;
  await end.answer;
  await onlooker.closeRun(runId).answer;
  other[Symbol.dispose]();
}
