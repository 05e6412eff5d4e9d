// Whatever agents send: the coordinator refuses it or takes it, loses no hold of others, and keeps nothing of theirs.
import fc from "fast-check";
import { afterAll, beforeAll, it } from "vitest";
import { AttachRequest } from "../../src/gen/spangate/v1/agent.ts";
import { FuzzedCoordinator } from "../support/fuzzed-coordinator.ts";
import { bytesFrom, fuzzing } from "../support/mutations.ts";
import { arrivalOf, helloOf, RawAgent, spanOf } from "../support/raw-agent.ts";

let coordinator: FuzzedCoordinator;
beforeAll(async () => {
  coordinator = await FuzzedCoordinator.start();
});
afterAll(() => coordinator.close());

type Event = NonNullable<AttachRequest["event"]>;
/** What an agent does: says something, ends its half of the stream, or resets it. */
type Act = Uint8Array | "half close" | "reset";

const small = fc.nat({ max: 6 });
const number = fc.oneof(small, fc.constantFrom(4_294_967_295, 2_147_483_648, 77));
const atMs = fc.oneof(small, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e300));
const text = fc.oneof(fc.constantFrom("", "alice", "bob", "carol", "__proto__", "work"), fc.string({ unit: "binary" }));
const span = fc
  .record({
    name: text,
    kind: fc.constantFrom<number>(0, 1, 2, 3, 4, 5, 77),
    spanId: text,
    parentSpanId: text,
    endless: fc.boolean(),
  })
  .map((parts) => ({ ...spanOf("work"), ...parts }));

function eventOf(runId: fc.Arbitrary<string>): fc.Arbitrary<Event> {
  const whose = { runId, actor: text };
  return fc.oneof(
    fc
      .record({ protocol: fc.constantFrom(1, 1, 1, 0, 2), service: text, pid: number })
      .map((parts): Event => ({ $case: "hello", value: { ...helloOf("fuzz"), ...parts } })),
    number.map((version): Event => ({ $case: "rulesApplied", value: { version } })),
    fc
      .record({
        ...whose,
        id: number,
        phase: fc.nat({ max: 6 }),
        mode: fc.nat({ max: 3 }),
        checkpoints: fc.array(number),
      })
      .chain((arriving) =>
        fc.constantFrom("", "a".repeat(32)).map((traceId): Event => arrivalOf({ ...arriving, traceId })),
      ),
    fc.record({ id: number, reason: text }).map((value): Event => ({ $case: "withdrawn", value })),
    fc
      .record({ spans: fc.array(fc.record({ ...whose, phase: small, span, atMs })), dropped: small, atMs })
      .map((value): Event => ({ $case: "passed", value })),
    fc
      .record({ ...whose, checkpoint: number, span, reason: text })
      .map((value): Event => ({ $case: "unsupported", value })),
    number.map((version): Event => ({ $case: "synced", value: { number: version, shortages: [] } })),
    number.map((port): Event => ({ $case: "listening", value: { port } })),
    fc.integer().map((exitCode): Event => ({ $case: "goodbye", value: { exitCode } })),
    fc.record({ instance: fc.constantFrom("1", "2", ""), key: text }).map((value): Event => ({ $case: "join", value })),
  );
}

/** One stream: mostly a proper Hello first, so that what follows is looked at. */
function streamOf(runId: fc.Arbitrary<string>): fc.Arbitrary<readonly Act[]> {
  const hello = AttachRequest.encode({ event: { $case: "hello", value: helloOf("fuzz") }, sequence: 0 }).finish();
  const message = fc
    .tuple(eventOf(runId), fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: small }))
    .map(([event, sequence]) => AttachRequest.encode({ event, sequence }).finish());
  return fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: fc.constant([hello]) }, { weight: 1, arbitrary: fc.constant([]) }),
      fc.array(bytesFrom(message), { maxLength: 12 }),
      fc.constantFrom<Act>("half close", "half close", "reset"),
    )
    .map(([first, rest, last]) => [...first, ...rest, last]);
}

/** @returns the statuses that the streams ended with */
async function attack(streams: readonly (readonly Act[])[]): Promise<readonly number[]> {
  const agents = streams.map((acts) => {
    const agent = new RawAgent(coordinator.at);
    for (const act of acts) {
      if (act === "half close") agent.stream.end();
      else if (act === "reset") agent.stream.cancel();
      else agent.sendBytes(act);
    }
    return agent;
  });
  const ends = await Promise.all(agents.map(({ ended }) => ended));
  for (const agent of agents) agent[Symbol.dispose]();
  return ends.map(({ code }) => code);
}

it("which knows no run: its streams end, and whoever stood still stands still", { timeout: 600_000 }, async () => {
  const streams = fc.array(streamOf(fc.constantFrom("", "unknown", "__proto__")), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(streams, async (acts) => {
      const victim = await coordinator.victim();
      const statuses = await attack(acts);
      await coordinator.expectHeld(victim);
      await coordinator.end(victim);
      await coordinator.expectWell(statuses);
    }),
    fuzzing(100),
  );
});

it("which lies about a run in progress: nothing of it is left behind the run", { timeout: 600_000 }, async () => {
  const lies = fc.array(streamOf(fc.constant("victim's run")), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(lies, async (acts) => {
      const victim = await coordinator.victim();
      const statuses = await attack(acts.map((stream) => stream.map((act) => aboutRun(act, victim.runId))));
      await coordinator.end(victim);
      await coordinator.expectWell(statuses);
    }),
    fuzzing(100),
  );
});

// The run's id is known when it is opened only: it takes the place of the same number of characters.
function aboutRun(act: Act, runId: string): Act {
  if (typeof act === "string") return act;
  const bytes = Buffer.from(act);
  for (let at = bytes.indexOf(stand); at >= 0; at = bytes.indexOf(stand, at + 1)) bytes.write(runId, at);
  return bytes;
}
const stand = "victim's run";
