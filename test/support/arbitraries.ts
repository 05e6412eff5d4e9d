// Any data that may cross the wire.

import * as fc from "fast-check";
import type { SpanSide, SpanSort } from "../../src/core/discovery.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import type { Entry } from "../../src/core/happenings.ts";

import type {
  ActorRules,
  Arrival,
  AttributePattern,
  Checkpoint,
  HoldMode,
  LockWait,
  PassedSpan,
  Reached,
  SpanFacts,
  SpanMatch,
  TextPattern,
} from "../../src/core/model.ts";

const anyText = fc.string({ unit: "grapheme" });
const anyName = fc.string({ unit: "grapheme", minLength: 1 });
const anyNumber = fc.double({ noNaN: true });
const anyCount = fc.nat({ max: 0xffff_ffff });
// A map of the wire cannot hold this one key, and no telemetry has it.
const anyKey = anyName.filter((key) => key !== "__proto__");
const anyKind = fc.constantFrom("internal", "server", "client", "producer", "consumer");
const anySide = fc.constantFrom("before", "after");
const anyCode = fc.constantFrom<ErrorCode>(
  "CheckpointNotReached",
  "StarterCrashed",
  "ProcessDied",
  "NoAgent",
  "Internal",
);

function orNothing<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

export const anyPattern: fc.Arbitrary<TextPattern> = fc.oneof(
  fc.record({ type: fc.constant("exact"), text: anyText }),
  fc.record({ type: fc.constant("glob"), glob: anyText }),
  fc.record({ type: fc.constant("regexp"), source: anyText, flags: fc.constantFrom("", "i", "su") }),
);

const anyAttribute: fc.Arbitrary<AttributePattern> = fc.record({
  key: anyText,
  value: fc.oneof(anyPattern, anyNumber, fc.boolean()),
});

export const anyMatch: fc.Arbitrary<SpanMatch> = fc.record({
  name: anyPattern,
  service: orNothing(anyName),
  kind: orNothing(anyKind),
  attributes: fc.array(anyAttribute, { maxLength: 3 }),
});

export const anySpan: fc.Arbitrary<SpanFacts> = fc.record({
  name: anyText,
  kind: anyKind,
  spanId: anyText,
  parentSpanId: anyText,
  scope: anyText,
  peer: anyText,
  endless: fc.boolean(),
  session: fc.option(fc.record({ system: anyText, id: fc.nat(), server: anyText }), { nil: undefined }),
  attributes: fc.dictionary(anyKey, fc.oneof(anyText, anyNumber, fc.boolean()), { maxKeys: 3, noNullPrototype: true }),
});

const anyHold = fc.constantFrom<HoldMode>("flow", "thread");

const anyCheckpoint: fc.Arbitrary<Checkpoint> = fc
  .record({
    index: fc.constant(0),
    actor: anyName,
    phase: fc.constantFrom("before", "after", "started", "finished"),
    span: orNothing(anyMatch),
    nth: orNothing(fc.integer({ min: 1, max: 0xffff_ffff })),
    hold: orNothing(anyHold),
    ifReached: fc.boolean(),
  })
  .map((it) => (it.phase === "started" || it.phase === "finished" ? { ...it, span: undefined } : it));

/** Steps whose checkpoints are numbered as an order's are. */
export const anyOrder: fc.Arbitrary<readonly (readonly Checkpoint[])[]> = fc
  .array(fc.array(anyCheckpoint, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 })
  .map((steps) => {
    let index = 0;
    return steps.map((step) => step.map((it) => ({ ...it, index: index++ })));
  });

export const anyRules: fc.Arbitrary<readonly ActorRules[]> = fc.array(
  fc.record({
    runId: anyText,
    actor: anyText,
    traceId: anyText,
    adopt: orNothing(anyMatch),
    watchesLocks: fc.boolean(),
    recordAttributes: fc.array(anyText, { maxLength: 2 }),
    rules: fc.array(fc.record({ checkpoint: anyCount, phase: anySide, span: anyMatch, hold: orNothing(anyHold) }), {
      maxLength: 3,
    }),
  }),
  { maxLength: 3 },
);

const anyArrival: fc.Arbitrary<Arrival> = fc.record({
  id: anyCount,
  actor: anyText,
  phase: anySide,
  // Known to the coordinator only.
  checkpoints: fc.constant([]),
  span: anySpan,
  agent: fc.record({ instance: anyText, service: anyText, pid: anyCount }),
  mode: fc.constantFrom("thread", "flow"),
});

const anyPassed: fc.Arbitrary<PassedSpan> = fc.record({
  actor: anyText,
  phase: anySide,
  span: anySpan,
  agent: fc.record({ instance: anyText, service: anyText, pid: anyCount }),
});

const anyWait: fc.Arbitrary<LockWait> = fc
  .record({ call: anyPassed, lock: anyText, by: fc.array(anyText, { maxLength: 3 }) })
  // A test is told the service, and not which process it was.
  .map(({ call: { agent, ...call }, ...told }) => ({
    ...{ actor: call.actor, sessions: [], ...told },
    call: { ...call, phase: "before", agent: { instance: "", service: agent.service, pid: 0 } },
  }));

export const anyFailure = fc.record({ code: anyCode, message: anyText, actor: orNothing(anyName) });

/** What may happen in a run with this order. */
export function anyEntry(checkpoints: readonly Checkpoint[]): fc.Arbitrary<Entry> {
  const atMs = fc.double({ min: 0, max: 1e9, noNaN: true });
  const reached: fc.Arbitrary<Reached> = fc.record({
    checkpoint: fc.constantFrom(...checkpoints),
    reached: fc.boolean(),
    arrival: orNothing(anyArrival),
    wait: orNothing(anyWait),
  });
  const told = fc.record({ atMs, arrival: anyArrival, checkpoint: anyCount, reason: anyText });
  return fc.oneof(
    fc.record({ type: fc.constantFrom("begin", "stalled", "freed"), actor: anyText, atMs }),
    fc.record({ wait: anyWait, atMs }).map((it): Entry => ({ type: "blocked", actor: it.wait.actor, ...it })),
    told.map(({ reason: _, ...it }): Entry => ({ type: "held", actor: it.arrival.actor, ...it })),
    told.map(({ arrival, atMs }): Entry => ({ type: "released", actor: arrival.actor, arrival, atMs })),
    told.map(({ checkpoint: _, ...it }): Entry => ({ type: "withdrawn", actor: it.arrival.actor, ...it })),
    fc.record({ passed: anyPassed, atMs }).map((it): Entry => ({ type: "passed", actor: it.passed.actor, ...it })),
    fc.record({ type: fc.constant("reached"), reached: fc.array(reached, { maxLength: 3 }), atMs }),
    fc.record({ type: fc.constant("ended"), actor: anyText, error: orNothing(anyName), atMs }),
    fc.record({ type: fc.constant("failed"), failure: anyFailure, atMs }),
  );
}

const anySpanSide: fc.Arbitrary<SpanSide> = fc.record({
  name: anyText,
  flowRefusal: orNothing(anyName),
  threadRefusal: orNothing(anyName),
  attributes: fc.array(
    fc.record({
      key: anyKey,
      samples: fc.array(fc.oneof(anyText, anyNumber, fc.boolean()), { maxLength: 3 }),
      more: fc.boolean(),
      count: anyCount,
    }),
    { maxLength: 3 },
  ),
});

export const anySort: fc.Arbitrary<SpanSort> = fc.record({
  ...{ scope: anyText, kind: anyKind, root: fc.boolean(), count: anyCount, hold: anyHold },
  // The wire leaves a zero out, and with it its sign.
  firstAtMs: anyNumber.map((ms) => ms + 0),
  before: orNothing(anySpanSide),
  after: orNothing(anySpanSide),
});
