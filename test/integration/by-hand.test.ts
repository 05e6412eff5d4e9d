// Stepping by hand and looking on, as a client in any language calls them.
import { once } from "node:events";
import { type ClientReadableStream, credentials, type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { coordinatorLimits } from "../../src/core/limits.ts";
import {
  type FollowResponse,
  type RunEvent,
  RunnerServiceClient,
  type RunStep,
  StepKind,
  StepState,
  type WatchEvent,
  type WatchResponse,
} from "../../src/gen/spangate/v1/runner.ts";
import { type Gateway, openGateway } from "../../src/index.ts";
import { agentToken, tokenMetadata } from "../../src/wire/token.ts";
import { failureOf } from "../support/failures.ts";
import { until } from "../support/until.ts";

const token = "a token of the tests";
let server: CoordinatorServer;
let client: RunnerServiceClient;
let gateway: Gateway;

beforeAll(async () => {
  server = await serveCoordinator({ listen: "127.0.0.1:0", token });
  client = new RunnerServiceClient(server.address, credentials.createInsecure());
  gateway = await openGateway({ connect: { address: server.address, token } });
});
afterEach(() => ask("stepByHand", { on: false }));
afterAll(async () => {
  await gateway.close();
  client.close();
  await server.close();
});

type Method = "stepByHand" | "steer" | "listHolds";

async function ask<Answer>(
  method: Method,
  request: object,
  metadata: Metadata = tokenMetadata(token),
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const call = client[method] as unknown as (...args: readonly unknown[]) => void;
  call.call(client, request, metadata, (error: unknown, answer: Answer) => (error ? reject(error) : resolve(answer)));
  return await promise;
}

const steerBy = (kind: StepKind, { runId, number }: Pick<RunStep, "runId" | "number">, checkpoint = 0) =>
  ask("steer", { runId, number, goal: { kind, checkpoint } });

function watch(): WatchEvent[] {
  const seen: WatchEvent[] = [];
  const stream = client.watch({ closed: false }, tokenMetadata(token));
  stream.on("data", ({ events }: WatchResponse) => seen.push(...events));
  stream.on("error", () => {});
  onTestFinished(() => stream.cancel());
  return seen;
}

/** The next step that waits. */
async function waitingStep(seen: readonly WatchEvent[], beyond = 0): Promise<RunStep> {
  return await until("a step that waits", () =>
    seen
      .flatMap(({ event }) => (event?.$case === "step" ? [event.value] : []))
      .find(({ state, number }) => state === StepState.WAITING && number > beyond),
  );
}

/** Two actors that do nothing but begin and end. */
function runOfTwo(options = {}) {
  const [alice, bob] = [gateway.starter("alice", () => "a"), gateway.starter("bob", () => "b")];
  const order = [alice.started, bob.started, alice.finished, bob.finished] as const;
  return { runner: gateway.runner([alice, bob], order, options), order };
}

describe("by hand", () => {
  it("a finish() is cut into steps, and answered when all have ended", async () => {
    await ask("stepByHand", { on: true });
    const seen = watch();
    const { runner } = runOfTwo();
    await using _ = runner;
    let isOver = false;
    const results = runner.finish().finally(() => {
      isOver = true;
    });
    for (let number = 0; number < 5; number += 1) {
      expect(isOver).toBe(false);
      await steerBy(StepKind.NEXT, await waitingStep(seen, number));
    }
    expect(await results).toEqual({ alice: "a", bob: "b" });
  });

  it("nobody leads the run beyond what its test asked for", async () => {
    await ask("stepByHand", { on: true });
    const seen = watch();
    const { runner, order } = runOfTwo();
    await using _ = runner;
    const first = runner.skipTo(order[1]);
    await steerBy(StepKind.FINISH, await waitingStep(seen));
    expect(String((await first)?.checkpoint)).toBe("bob.started");
    const { waiting } = await ask<{ waiting: readonly RunStep[] }>("listHolds", {});
    expect(waiting).toEqual([]);
  });

  it("a person's wait is no time of the step's", async () => {
    await ask("stepByHand", { on: true });
    const seen = watch();
    const { runner } = runOfTwo({ stepTimeoutMs: 1, stallMs: 1 });
    await using _ = runner;
    const first = runner.next();
    const step = await waitingStep(seen);
    // Any clock of the step's would have gone off by then.
    const started = performance.now();
    await until("a few milliseconds", () => performance.now() - started > 20 || undefined);
    const { waiting } = await ask<{ waiting: readonly RunStep[] }>("listHolds", {});
    expect(waiting).toMatchObject([{ runId: step.runId, state: StepState.WAITING, wanted: { kind: StepKind.NEXT } }]);
    await steerBy(StepKind.NEXT, step);
    expect(String((await first)?.checkpoint)).toBe("alice.started");
  });

  it("of two who press at once one steps", async () => {
    await ask("stepByHand", { on: true });
    const seen = watch();
    const { runner } = runOfTwo();
    await using _ = runner;
    const results = runner.finish();
    const step = await waitingStep(seen);
    const pressed = await Promise.allSettled([steerBy(StepKind.NEXT, step), steerBy(StepKind.NEXT, step)]);
    expect(pressed.map((it) => it.status).sort()).toEqual(["fulfilled", "rejected"]);
    const second = await waitingStep(seen, step.number);
    // As where its page has not yet heard of the step before.
    expect(await failureOf(steerBy(StepKind.NEXT, step))).toMatchObject({ code: status.FAILED_PRECONDITION });
    await steerBy(StepKind.FINISH, second);
    await results;
  });

  it("what waits goes on when it is switched off", async () => {
    await ask("stepByHand", { on: true });
    const seen = watch();
    const { runner } = runOfTwo();
    await using _ = runner;
    const results = runner.finish();
    await waitingStep(seen);
    await ask("stepByHand", { on: false });
    expect(await results).toEqual({ alice: "a", bob: "b" });
  });

  it("what is under way stops at the next step when it is switched on", async () => {
    const seen = watch();
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const alice = gateway.starter("alice", async () => {
      begun.resolve();
      await goOn.promise;
    });
    const bob = gateway.starter("bob", () => "b");
    await using runner = gateway.runner([alice, bob], [alice.finished, bob.finished]);
    const results = runner.finish();
    await begun.promise;
    await ask("stepByHand", { on: true });
    goOn.resolve();
    const step = await waitingStep(seen);
    expect(step.wanted?.kind).toBe(StepKind.FINISH);
    await steerBy(StepKind.FINISH, step);
    await results;
  });

  it("a run that is closed waits no more, and another step is refused meanwhile", async () => {
    await ask("stepByHand", { on: true });
    const seen = watch();
    const { runner } = runOfTwo();
    const first = failureOf(runner.next());
    const { runId } = await waitingStep(seen);
    expect(await failureOf(runner.next())).toMatchObject({ code: "RunnerBusy" });
    await runner.close();
    expect(await first).toMatchObject({ code: "RunnerEnded" });
    expect(
      await failureOf(ask("steer", { runId, number: 0, goal: { kind: StepKind.NEXT, checkpoint: 0 } })),
    ).toMatchObject({ code: status.NOT_FOUND });
  });

  it("a step that waits ends with the coordinator", async () => {
    const other = await serveCoordinator({ listen: "127.0.0.1:0", token });
    await other.runners.stepByHand({ on: true });
    const seen: WatchEvent[] = [];
    other.runners.watch({ closed: false }, { onEvents: (events) => void seen.push(...events), onEnd: () => {} });
    const elsewhere = await openGateway({ connect: { address: other.address, token } });
    const alice = elsewhere.starter("alice", () => "a");
    const first = failureOf(elsewhere.runner([alice], [alice.finished]).next());
    await waitingStep(seen);
    await other.close();
    expect(await first).toMatchObject({ code: expect.stringMatching(/^(RunnerEnded|CoordinatorGone)$/) });
    await elsewhere.close();
  });

  it.each([
    ["no goal", { kind: StepKind.UNSPECIFIED, checkpoint: 0 }],
    ["a checkpoint that the order does not have", { kind: StepKind.SKIP_TO, checkpoint: 99 }],
  ])("%s is refused", async (_, goal) => {
    await ask("stepByHand", { on: true });
    const seen = watch();
    const { runner } = runOfTwo();
    await using _runner = runner;
    const first = failureOf(runner.next());
    const { runId, number } = await waitingStep(seen);
    expect(await failureOf(ask("steer", { runId, number, goal }))).toMatchObject({ code: status.INVALID_ARGUMENT });
    await runner.close();
    await first;
  });

  it("an agent of the gateway steers nothing, and follows nothing", async () => {
    const agent = tokenMetadata(agentToken(token));
    const denied = { code: status.PERMISSION_DENIED };
    expect(await failureOf(ask("stepByHand", { on: true }, agent))).toMatchObject(denied);
    expect(await failureOf(ask("steer", { runId: "any", number: 0, goal: undefined }, agent))).toMatchObject(denied);
    const stream = client.follow({ runId: "any" }, agent);
    stream.resume();
    const [error] = (await once(stream, "error")) as [ServiceError];
    expect(error.code).toBe(status.PERMISSION_DENIED);
  });
});

describe("who follows a run", () => {
  function follow(runId: string) {
    const told: FollowResponse[] = [];
    const stream: ClientReadableStream<FollowResponse> = client.follow({ runId }, tokenMetadata(token));
    stream.on("data", (it: FollowResponse) => told.push(it));
    stream.on("error", () => {});
    onTestFinished(() => stream.cancel());
    const events = (): readonly RunEvent[] => told.flatMap((it) => it.events);
    return { told, events, stream, ended: once(stream, "end") };
  }

  it("hears it from its beginning, whenever he comes, to its end", async () => {
    const seen = watch();
    const { runner } = runOfTwo();
    await runner.next();
    const runId = await until("the run", () =>
      seen.flatMap(({ event }) => (event?.$case === "runOpened" ? [event.value.runId] : [])).at(-1),
    );
    const early = follow(runId);
    await until("the run's first message", () => early.told[0]);
    expect(early.told[0]?.run).toMatchObject({ runId, starters: ["alice", "bob"] });
    expect(early.told[0]?.run?.order.length).toBe(4);
    await runner.finish();
    await runner.close();
    await early.ended;
    const late = follow(runId);
    await late.ended;
    expect(late.events()).toEqual(early.events());
    const sequences = late.events().map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
    const cases = late.events().flatMap(({ event }) => (event ? [event.$case] : []));
    expect(cases.filter((it) => it === "reached").length).toBe(4);
    expect(cases).not.toContain("opened");
  });

  it("is told that there is no such run, also of one that was closed long ago", async () => {
    const seen = watch();
    for (let at = 0; at <= coordinatorLimits.closedRuns; at += 1) {
      const { runner } = runOfTwo();
      await runner.finish();
      await runner.close();
    }
    const runs = () => seen.flatMap(({ event }) => (event?.$case === "runOpened" ? [event.value.runId] : []));
    await until("all runs", () => runs().length > coordinatorLimits.closedRuns || undefined);
    const [first = "", second = ""] = runs();
    await follow(second).ended;
    for (const runId of [first, "none"]) {
      const stream = client.follow({ runId }, tokenMetadata(token));
      stream.resume();
      const [error] = (await once(stream, "error")) as [ServiceError];
      const details = `There is no run "${runId}", open or just closed.`;
      expect(error).toMatchObject({ code: status.NOT_FOUND, details });
    }
  });
});
