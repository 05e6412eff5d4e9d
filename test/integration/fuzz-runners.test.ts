// Whatever runners send, in whatever sequence: every call has a status that is not our fault, and nothing of theirs stays.
import { type ClientReadableStream, type ClientUnaryCall, type StatusObject, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { afterAll, beforeAll, it } from "vitest";
import type { Phase } from "../../src/core/model.ts";
import { OpenRequest, RunnerServiceService } from "../../src/gen/spangate/v1/runner.ts";
import { adoptionsToWire } from "../../src/wire/runs.ts";
import { at, spanMatch } from "../support/builders.ts";
import { FuzzedCoordinator } from "../support/fuzzed-coordinator.ts";
import { bytesFrom, fuzzing } from "../support/mutations.ts";
import { openRequest, RunClient } from "../support/run-client.ts";

let coordinator: FuzzedCoordinator;
beforeAll(async () => {
  coordinator = await FuzzedCoordinator.start();
});
afterAll(() => coordinator.close());

type Name = keyof typeof RunnerServiceService;

/** One call, and what becomes of it. */
interface Saying {
  readonly name: Name;
  readonly bytes: Uint8Array;
  /** The call is cancelled at once, or has so little time; or it is left to go on until the end. */
  readonly cut: "cancelled" | "out of time" | "left";
}

/** As long as the id of a run, which is known when it is opened. */
const stand = "victim's run";
const runId = fc.constantFrom(stand, stand, stand, "", "unknown", "__proto__");
const actor = fc.constantFrom("alice", "bob", "carol", "", "__proto__");
const number = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(4_294_967_295));
const phases: readonly Phase[] = ["before", "after", "started", "finished", "blocked"];

const opening: fc.Arbitrary<OpenRequest> = fc
  .record({
    order: fc.array(
      fc.record({ who: actor, phase: fc.constantFrom(...phases), hasSpan: fc.boolean(), ifReached: fc.boolean() }),
      { maxLength: 4 },
    ),
    isAdopting: fc.boolean(),
    stepTimeoutMs: number,
    stallMs: number,
  })
  .map(({ order, isAdopting, stepTimeoutMs, stallMs }) =>
    openRequest(
      ["alice", "bob"],
      order.map(({ who, phase, hasSpan, ifReached }) => at(who, phase, hasSpan ? "work" : undefined, { ifReached })),
      {
        stepTimeoutMs,
        stallMs,
        adoptions: isAdopting ? adoptionsToWire([{ actor: "bob", span: spanMatch("nightly") }]) : [],
      },
    ),
  );

function requestOf(name: Name): fc.Arbitrary<Uint8Array> {
  const whose = { runId, actor };
  const encoded = (requests: fc.Arbitrary<object>) =>
    requests.map((request) => RunnerServiceService[name].requestSerialize(request as never) as Uint8Array);
  switch (name) {
    case "open":
      return opening.map((request) => OpenRequest.encode(request).finish());
    case "skipTo":
      return encoded(fc.record({ runId, checkpoint: number }));
    case "endStarter":
      return encoded(fc.record({ ...whose, error: fc.constantFrom("", "crashed"), called: fc.constant([]) }));
    case "release":
      return encoded(fc.record({ instance: fc.constantFrom("1", "2", "", "__proto__"), id: number }));
    case "discover":
      return encoded(
        fc.record({ values: fc.array(fc.constantFrom("db.query.text", "", "__proto__"), { maxLength: 20 }) }),
      );
    case "stepByHand":
      return encoded(fc.record({ on: fc.boolean() }));
    case "steer": {
      const goal = fc.record({ kind: fc.nat({ max: 4 }), checkpoint: number });
      return encoded(fc.record({ runId, number, goal: fc.option(goal, { nil: undefined }) }));
    }
    default:
      return encoded(fc.record(whose));
  }
}

const names = Object.keys(RunnerServiceService) as Name[];
const saying: fc.Arbitrary<Saying> = fc.constantFrom(...names).chain((name) =>
  fc.record({
    name: fc.constant(name),
    bytes: bytesFrom(requestOf(name)),
    cut: fc.constantFrom<Saying["cut"]>("left", "left", "left", "cancelled", "out of time"),
  }),
);

/** @returns the statuses of all calls */
async function attack(sayings: readonly Saying[], victim: string): Promise<readonly number[]> {
  using client = new RunClient(coordinator.at);
  const calls: (ClientUnaryCall | ClientReadableStream<Buffer>)[] = [];
  const ends = sayings.map(({ name, bytes, cut }) => {
    const { path, responseStream } = RunnerServiceService[name];
    const { promise, resolve } = Promise.withResolvers<StatusObject>();
    const options = cut === "out of time" ? { deadline: Date.now() + 1 } : {};
    const request = aboutRun(bytes, victim);
    const call = responseStream
      ? client.stub.makeServerStreamRequest(path, asIs, asIs, request, client.metadata, options)
      : client.stub.makeUnaryRequest(path, asIs, asIs, request, client.metadata, options, () => {});
    calls.push(call);
    call.on("status", resolve).on("error", () => {});
    call.on("data", () => {});
    if (cut === "cancelled") call.cancel();
    return promise;
  });
  // Behind all of them: what was sent before has been read.
  await client.agents();
  for (const call of calls) call.cancel();
  return (await Promise.all(ends)).map(({ code }) => code);
}

function aboutRun(request: Uint8Array, id: string): Buffer {
  const bytes = Buffer.from(request);
  for (let at = bytes.indexOf(stand); at >= 0; at = bytes.indexOf(stand, at + 1)) bytes.write(id, at);
  return bytes;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

it("by one connection or several at once", { timeout: 600_000 }, async () => {
  const clients = fc.array(fc.array(saying, { minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(clients, async (attacks) => {
      const victim = await coordinator.victim();
      const statuses = await Promise.all(attacks.map((sayings) => attack(sayings, victim.runId)));
      await coordinator.end(victim);
      await coordinator.expectWell(statuses.flat());
    }),
    fuzzing(120),
  );
});

it("about runs that they do not know: whoever stood still stands still", { timeout: 600_000 }, async () => {
  // Holds are named by numbers, which a stranger with the token can guess.
  const harmless = saying.filter(({ name }) => name !== "release");
  await fc.assert(
    fc.asyncProperty(fc.array(harmless, { minLength: 1, maxLength: 10 }), async (sayings) => {
      const victim = await coordinator.victim();
      const statuses = await attack(sayings, "anothers run");
      await coordinator.expectHeld(victim);
      await coordinator.end(victim);
      await coordinator.expectWell(statuses);
    }),
    fuzzing(80),
  );
});

it("knows every status that it answers with", { timeout: 600_000 }, async () => {
  const promised = [
    ...[status.OK, status.CANCELLED, status.DEADLINE_EXCEEDED, status.ABORTED, status.NOT_FOUND],
    ...[status.INVALID_ARGUMENT, status.FAILED_PRECONDITION],
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(saying, { minLength: 5, maxLength: 20 }), async (sayings) => {
      const victim = await coordinator.victim();
      const statuses = await attack(sayings, victim.runId);
      await coordinator.end(victim);
      await coordinator.expectWell(statuses);
      return statuses.every((code) => promised.includes(code));
    }),
    fuzzing(40),
  );
});
