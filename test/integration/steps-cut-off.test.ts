// A step whose call is cancelled, or whose deadline passes, and a step beside another: what the comments of
// RunnerService promise.
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../support/builders.ts";
import type { ObedientAgent } from "../support/obedient-agent.ts";
import { openRequest, type RunClient, refusalOf } from "../support/run-client.ts";
import { RunScene } from "../support/run-scene.ts";
import { untilAsync } from "../support/until.ts";

let scene: RunScene;
let client: RunClient;
let agent: ObedientAgent;
beforeAll(async () => {
  scene = await RunScene.set();
  ({ client, agent } = scene);
});
afterAll(() => scene.close());

const order = [at("alice", "before", "work"), at("alice", "before", "work"), at("alice", "finished")];
const ways = [
  { way: "cancelled", code: status.CANCELLED },
  { way: "out of time", code: status.DEADLINE_EXCEEDED },
] as const;

/** Says a step, and cuts its call off when the coordinator works at it. */
async function cutOff(way: (typeof ways)[number]["way"], ask: Parameters<typeof begin>[0], isUnderWay: Promise<void>) {
  const asked = begin(ask, way);
  await isUnderWay;
  if (way === "cancelled") asked.cancel();
  return (await refusalOf(asked)).code;
}

function begin(ask: (options: { deadline?: number }) => ReturnType<RunClient["finish"]>, way: string) {
  return ask(way === "cancelled" ? {} : { deadline: Date.now() + 300 });
}

describe.each(ways)("a step that is $way", ({ way, code }) => {
  it("goes on: Next comes to its checkpoint, and the one behind that can be asked for", async () => {
    const run = client.open(openRequest(["alice"], order));
    const runId = await run.opened();
    expect(await cutOff(way, (options) => client.next(runId, options), run.begun("alice"))).toBe(code);
    expect(await refusalOf(client.next(runId))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      failure: { code: "RunnerBusy" },
    });
    const first = agent.arrive({ runId, actor: "alice", checkpoints: [0, 1] });
    await run.reached(0);
    const next = client.next(runId);
    await agent.released(first);
    const second = agent.arrive({ runId, actor: "alice", checkpoints: [0, 1] });
    expect((await next.answer).reached).toMatchObject([{ checkpoint: 1, reached: true, arrival: { id: second } }]);
    run.stream.cancel();
    await agent.released(second);
  });

  it("goes on: SkipTo passes what is before its checkpoint, and stops there", async () => {
    const run = client.open(openRequest(["alice"], order));
    const runId = await run.opened();
    expect(await cutOff(way, (options) => client.skipTo(runId, 1, options), run.begun("alice"))).toBe(code);
    await agent.released(agent.arrive({ runId, actor: "alice", checkpoints: [0, 1] }));
    const second = agent.arrive({ runId, actor: "alice", checkpoints: [0, 1] });
    await run.reached(1);
    expect(await client.holds()).toMatchObject([{ runId, id: second }]);
    run.stream.cancel();
    await agent.released(second);
  });

  it("goes on: Finish lets everybody come to an end, and says then that the run is over", async () => {
    const run = client.open(openRequest(["alice"], order));
    const runId = await run.opened();
    expect(await cutOff(way, (options) => client.finish(runId, options), run.begun("alice"))).toBe(code);
    await agent.released(agent.arrive({ runId, actor: "alice", checkpoints: [0, 1] }));
    await agent.released(agent.arrive({ runId, actor: "alice", checkpoints: [0, 1] }));
    agent.pass({ runId, actor: "alice", phase: 2 });
    await client.endStarter(runId, "alice").answer;
    await run.event("ended");
    await untilAsync("the run is over", async () => {
      const { failure } = await refusalOf(client.finish(runId));
      return failure.code === "RunnerEnded" ? failure : undefined;
    });
    run.stream.cancel();
  });
});

it.each(["next", "skipTo", "finish"] as const)(
  "is refused while another is under way, which goes on: %s",
  async (name) => {
    const run = client.open(openRequest(["alice"], order));
    const runId = await run.opened();
    const first = client.next(runId);
    await run.begun("alice");
    const other = {
      next: () => client.next(runId),
      skipTo: () => client.skipTo(runId, 1),
      finish: () => client.finish(runId),
    };
    expect(await refusalOf(other[name]())).toMatchObject({
      code: status.FAILED_PRECONDITION,
      failure: { code: "RunnerBusy", message: expect.stringContaining("Await it") },
    });
    const held = agent.arrive({ runId, actor: "alice" });
    expect((await first.answer).reached).toMatchObject([{ checkpoint: 0, arrival: { id: held } }]);
    run.stream.cancel();
    await agent.released(held);
  },
);
