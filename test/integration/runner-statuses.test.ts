// Calls of RunnerService that come twice, too early, too late, or for what is not there: each has an answer that the
// comments of its proto promise.
import { type StatusObject, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpanKind } from "../../src/gen/spangate/v1/model.ts";
import { type OpenRequest, RunnerServiceService } from "../../src/gen/spangate/v1/runner.ts";
import { adoptionsToWire } from "../../src/wire/runs.ts";
import { at, spanMatch } from "../support/builders.ts";
import type { ObedientAgent } from "../support/obedient-agent.ts";
import { openRequest, type RunClient, refusalOf } from "../support/run-client.ts";
import { RunScene } from "../support/run-scene.ts";

let scene: RunScene;
let client: RunClient;
let agent: ObedientAgent;
beforeAll(async () => {
  scene = await RunScene.set();
  ({ client, agent } = scene);
});
afterAll(() => scene.close());

const steps = {
  Next: (runId: string) => client.next(runId),
  SkipTo: (runId: string) => client.skipTo(runId, 0),
  Finish: (runId: string) => client.finish(runId),
};
const others = {
  EndStarter: (runId: string) => client.endStarter(runId, "alice"),
  Adopt: (runId: string) => client.adopt(runId, "alice"),
};

async function open(request: OpenRequest) {
  const run = client.open(request);
  return { run, runId: await run.opened() };
}

/** A run of alice whose action has begun. */
async function begun() {
  const opened = await open(openRequest(["alice", "bob"], [at("alice", "before", "work"), at("bob", "finished")]));
  const step = client.next(opened.runId);
  await opened.run.begun("alice");
  return { ...opened, step };
}

describe("a run that is not open", () => {
  it.each(Object.entries({ ...steps, ...others }))("is NOT_FOUND for %s", async (_, call) => {
    for (const runId of ["", "never was", "__proto__"])
      expect(await refusalOf(call(runId))).toMatchObject({
        code: status.NOT_FOUND,
        failure: { code: "RunnerEnded", message: expect.stringContaining("A run ends with its Open stream") },
      });
  });

  it("is nothing to do for CloseRun, also the second time", async () => {
    const { run, runId } = await open(openRequest(["alice"], [at("alice", "finished")]));
    await Promise.all([client.closeRun(runId).answer, client.closeRun(runId).answer]);
    await client.closeRun(runId).answer;
    await client.closeRun("never was").answer;
    expect((await run.ended).code).toBe(status.OK);
    expect((await refusalOf(client.next(runId))).code).toBe(status.NOT_FOUND);
  });
});

describe("a run that is over, and still open", () => {
  it.each(Object.entries(steps))("refuses %s, and says whether it ended well", async (_, call) => {
    const { run, runId } = await open(openRequest(["alice"], [at("alice", "finished")]));
    const finish = client.finish(runId);
    await run.begun("alice");
    await client.endStarter(runId, "alice").answer;
    await finish.answer;
    expect(await refusalOf(call(runId))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      failure: { code: "RunnerEnded", message: expect.stringContaining("has ended") },
    });
    run.stream.cancel();
  });

  it.each(Object.entries(steps))("refuses %s, and says why it failed", async (_, call) => {
    const { run, runId, step } = await begun();
    await client.endStarter(runId, "alice", "out of money").answer;
    expect(await refusalOf(step)).toMatchObject({ code: status.ABORTED, failure: { code: "StarterCrashed" } });
    expect(await run.event("failed")).toMatchObject({ code: "StarterCrashed", actor: "alice" });
    expect(await refusalOf(call(runId))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      failure: { code: "RunnerEnded", message: expect.stringContaining("out of money") },
    });
    run.stream.cancel();
  });
});

it.each([
  ["not in the order", 99, "no checkpoint 99"],
  ["past", 0, "is past"],
])("SkipTo refuses a checkpoint that is %s with INVALID_ARGUMENT, and the run goes on", async (_, checkpoint, fact) => {
  const { run, runId } = await open(openRequest(["alice"], [at("alice", "started"), at("alice", "before", "work")]));
  await client.next(runId).answer;
  expect(await refusalOf(client.skipTo(runId, checkpoint))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    failure: { code: "BadOrder", message: expect.stringContaining(fact) },
  });
  const step = client.skipTo(runId, 1);
  await run.begun("alice");
  agent.arrive({ runId, actor: "alice", checkpoints: [1] });
  expect((await step.answer).reached).toMatchObject([{ checkpoint: 1 }]);
  run.stream.cancel();
});

describe("EndStarter", () => {
  it("refuses a starter that the run does not have, and names those it has", async () => {
    const { run, runId } = await begun();
    expect(await refusalOf(client.endStarter(runId, "alcie"))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      failure: { code: "UnknownStarter", message: expect.stringContaining('It has "alice", "bob"') },
    });
    run.stream.cancel();
  });

  it("refuses one that has not begun, which ends when it has", async () => {
    const { run, runId, step } = await begun();
    expect(await refusalOf(client.endStarter(runId, "bob"))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      failure: { code: "NeverBegan", message: expect.stringContaining("`begin`") },
    });
    agent.arrive({ runId, actor: "alice" });
    await step.answer;
    const finish = client.finish(runId);
    agent.pass({ runId, actor: "alice" });
    await client.endStarter(runId, "alice").answer;
    await run.begun("bob");
    await client.endStarter(runId, "bob").answer;
    await finish.answer;
    run.stream.cancel();
  });

  it("counts once: what is said again changes nothing", async () => {
    const { run, runId, step } = await begun();
    await client.endStarter(runId, "alice", "out of money").answer;
    await client.endStarter(runId, "alice").answer;
    expect((await refusalOf(step)).failure.message).toContain("out of money");
    expect(run.events.filter(({ event }) => event?.$case === "ended")).toHaveLength(1);
    await client.endStarter(runId, "bob").answer;
    run.stream.cancel();
  });
});

describe("Adopt", () => {
  const adoptions = adoptionsToWire([{ actor: "job", span: spanMatch("nightly") }]);
  const request = openRequest(["job", "bob"], [at("job", "finished"), at("bob", "finished")], { adoptions });

  it("refuses actors that the run does not adopt or have, and one whose turn has not come", async () => {
    const { run, runId } = await open(
      openRequest(["bob", "job"], [at("bob", "finished"), at("job", "finished")], { adoptions }),
    );
    const step = client.next(runId);
    await run.begun("bob");
    expect(await refusalOf(client.adopt(runId, "bob"))).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(await refusalOf(client.adopt(runId, "jbo"))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      failure: { code: "UnknownStarter" },
    });
    expect(await refusalOf(client.adopt(runId, "job"))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      failure: { code: "NeverBegan" },
    });
    await client.endStarter(runId, "bob").answer;
    await step.answer;
    run.stream.cancel();
  });

  it("waits for the same end when it is said again, whatever became of the first call", async () => {
    const { run, runId } = await open(request);
    const step = client.next(runId);
    await run.begun("job");
    const cut = client.adopt(runId, "job");
    const again = client.adopt(runId, "job");
    cut.cancel();
    expect((await refusalOf(cut)).code).toBe(status.CANCELLED);
    const claim = agent.arrive({ runId, actor: "job", phase: 3, name: "nightly", traceId: "a".repeat(32) });
    await agent.released(claim);
    agent.pass({ runId, actor: "job", name: "nightly" });
    expect(await again.answer).toEqual({ error: "" });
    await client.endStarter(runId, "job").answer;
    expect((await step.answer).reached).toMatchObject([{ checkpoint: 0, reached: true }]);
    run.stream.cancel();
  });

  it("is answered when the run is closed before the flow has come", async () => {
    const { run, runId } = await open(request);
    const step = client.next(runId);
    await run.begun("job");
    const adopt = client.adopt(runId, "job");
    await client.closeRun(runId).answer;
    expect(await adopt.answer).toEqual({ error: "" });
    expect(await refusalOf(step)).toMatchObject({ code: status.ABORTED, failure: { code: "RunnerEnded" } });
  });
});

describe("Release", () => {
  it("says of a hold that is not there that nothing stood there", async () => {
    for (const hold of [
      { instance: "", id: 0 },
      { instance: "no agent", id: 1 },
      { instance: "1", id: 4_294_967_295 },
    ])
      expect(await client.call((stub) => stub.release, hold).answer).toEqual({ released: false });
  });

  it("lets a hold go once, and the step that waited for its actor goes on", async () => {
    const { run, runId, step } = await begun();
    const held = agent.arrive({ runId, actor: "alice" });
    await step.answer;
    const [{ instance = "", id = 0 } = {}] = await client.holds();
    expect(await client.call((stub) => stub.release, { instance, id }).answer).toEqual({ released: true });
    expect(await client.call((stub) => stub.release, { instance, id }).answer).toEqual({ released: false });
    await agent.released(held);
    expect(await run.event("withdrawn")).toMatchObject({ reason: "released by hand" });
    run.stream.cancel();
  });
});

describe("Open refuses", () => {
  const order = [at("job", "finished")];
  it.each<[string, OpenRequest, string]>([
    [
      "an adoption without a span",
      openRequest(["job"], order, { adoptions: [{ starter: "job", span: undefined }] }),
      "by no span",
    ],
    [
      "two adoptions of one actor",
      openRequest(["job"], order, {
        adoptions: adoptionsToWire([
          { actor: "job", span: spanMatch("one") },
          { actor: "job", span: spanMatch("other") },
        ]),
      }),
      "twice",
    ],
    [
      "a kind of spans that it does not know",
      openRequest(["job"], order, {
        adoptions: [{ starter: "job", span: { name: undefined, service: "", kind: 77 as SpanKind, attributes: [] } }],
      }),
      "kind 77",
    ],
    [
      "more attributes than it records",
      openRequest(["job"], order, { recordAttributes: Array.from({ length: 17 }, String) }),
      "at most; it has 17",
    ],
    [
      "an attribute of a huge name",
      openRequest(["job"], order, { recordAttributes: ["x".repeat(5_000)] }),
      "4096 characters",
    ],
  ])("%s with INVALID_ARGUMENT", async (_, request, fact) => {
    expect(await client.open(request).ended).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(fact),
    });
  });
});

it("bytes that are no message are INVALID_ARGUMENT, which is their sender's fault", async () => {
  for (const { path, responseStream } of Object.values(RunnerServiceService)) {
    const { promise, resolve } = Promise.withResolvers<StatusObject>();
    const bytes = Buffer.from([0x0a, 0x7f]);
    const call = responseStream
      ? client.stub.makeServerStreamRequest(path, asIs, asIs, bytes, client.metadata)
      : client.stub.makeUnaryRequest(path, asIs, asIs, bytes, client.metadata, () => {});
    call
      .on("status", resolve)
      .on("error", () => {})
      .on("data", () => {});
    expect(await promise, path).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(`no request of ${path}`),
    });
  }
});

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
