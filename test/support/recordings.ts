// Any run, with names that mean something to the formats that a recording is written in.
import * as fc from "fast-check";
import type { Entry } from "../../src/core/happenings.ts";
import type { Arrival, Checkpoint, PassedSpan, SpanFacts, Step } from "../../src/core/model.ts";
import { Interleaving } from "../../src/report/interleaving.ts";
import type { Recording } from "../../src/report/recording.ts";
import type { Report } from "../../src/report/report.ts";
import { anyFailure, anyOrder } from "./arbitraries.ts";

/** What a format may take for its own. */
export const hostileNames = [
  ...["end", "ends", ";", "#", "#59;", "#quot;", ":", "::", "wrap:", "nowrap: x", "%%", "%% x", "%%{init: {}}%%"],
  ...[
    "->>",
    "-->>",
    "-x",
    "--)",
    "Note over a: x",
    "participant",
    "actor",
    "as",
    "loop",
    "alt",
    "rect",
    "box",
    "title",
  ],
  ...["style x: #fff;", "classDef a: #0;", "accTitle:", "accDescr {", "autonumber", "create", "destroy", "links a: {}"],
  ...["ﬂ°°59¶ß", "ﬂ°amp¶ß", '"', "'", "`", "$$x$$", "@{", "{", "}", "[", "]", "(", ")", "|", "\\", "\\n", "---", "~~~"],
  ...["<br/>", "<b>", "</script>", "<script>alert(1)</script>", "<!--", "&lt;", "&#59;", "&"],
  ...[
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u2028",
    "\u2029",
    "\u0085",
    "\u200b",
    "\u202e",
    "\ud800",
    "\ufeff",
    "",
    " ",
    "ä",
    "■",
    "日本",
    "👩‍👩‍👧",
  ],
] as const;

const anyName = fc.oneof(
  fc.array(fc.constantFrom(...hostileNames, "a", " "), { maxLength: 5 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 150 }),
);
const anyMs = fc.double({ min: 0, max: 1e6, noNaN: true });

const anyPlan = fc.record({
  name: anyName,
  endName: fc.option(anyName),
  kind: fc.constantFrom("internal", "server", "client", "producer", "consumer"),
  scope: fc.oneof(
    fc.constantFrom("pg", "undici", "http", "net").map((it) => `@opentelemetry/instrumentation-${it}`),
    anyName,
  ),
  peer: fc.oneof(fc.constantFrom("", "db:5432", "127.0.0.1:80"), anyName),
  attributes: fc.dictionary(
    fc
      .oneof(fc.constantFrom("http.request.method", "url.path", "db.system.name"), anyName)
      .filter((key) => key !== "__proto__"),
    fc.oneof(anyName, fc.double(), fc.integer(), fc.boolean()),
    { maxKeys: 3, noNullPrototype: true },
  ),
  // Few, so that they meet.
  actor: fc.nat({ max: 2 }),
  service: fc.nat({ max: 2 }),
  pid: fc.nat({ max: 2 }),
  parent: fc.nat({ max: 6 }),
  times: fc.uniqueArray(anyMs, { minLength: 6, maxLength: 6 }),
  told: fc.subarray([
    "start",
    "holdBefore",
    "releaseBefore",
    "block",
    "free",
    "end",
    "holdAfter",
    "releaseAfter",
    "withdraw",
  ] as const),
  lock: anyName,
  mode: fc.constantFrom("flow", "thread"),
  checkpoint: fc.nat(),
});

type Plan = typeof anyPlan extends fc.Arbitrary<infer Value> ? Value : never;

/** What a runner may know of its run. */
export const anyRecording: fc.Arbitrary<Recording> = fc
  .record({
    actors: fc.uniqueArray(anyName, { minLength: 1, maxLength: 3 }),
    services: fc.array(anyName, { minLength: 1, maxLength: 3 }),
    order: anyOrder,
    openedAtMs: fc.integer({ min: 1, max: 4e12 }),
    plans: fc.array(anyPlan, { maxLength: 7 }),
    ends: fc.array(
      fc.record({ actor: fc.nat({ max: 2 }), error: fc.option(anyName, { nil: undefined }), atMs: anyMs }),
    ),
    guesses: fc.array(
      fc.record({ type: fc.constantFrom("stalled", "drained", "freed"), actor: fc.nat({ max: 2 }), atMs: anyMs }),
    ),
    failure: fc.option(anyFailure),
  })
  .map(({ actors, services, order, openedAtMs, plans, ends, guesses, failure }) => {
    const one = (index: number) => actors[index % actors.length] ?? "";
    const begins = actors.map((actor, atMs): Entry => ({ type: "begin", actor, atMs }));
    const entries: Entry[] = [
      ...begins,
      ...plans.flatMap((plan, at) => play(plan, at, { actor: one(plan.actor), services, order })),
      ...ends.map(({ actor, ...it }): Entry => ({ type: "ended", actor: one(actor), ...it })),
      ...guesses.map(({ actor, ...it }): Entry => ({ actor: one(actor), ...it })),
      ...returned(order),
    ];
    if (failure) entries.push({ type: "failed", failure, atMs: 1e6 });
    const recorded = actors.map((name, at) => ({
      name,
      traceparent: at === 2 ? undefined : `00-${hex(at + 1, 32)}-${hex(at + 100, 16)}-01`,
    }));
    return { actors: recorded, order, openedAtMs, entries };
  });

/** What views are made of. */
export const anyReport: fc.Arbitrary<Report> = anyRecording.map((recording) => new Interleaving(recording).toJSON());

function play(
  plan: Plan,
  at: number,
  run: { actor: string; services: readonly string[]; order: readonly Step[] },
): readonly Entry[] {
  const { actor, services, order } = run;
  const [t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0] = plan.times.toSorted((one, other) => one - other);
  const span: SpanFacts = {
    ...{ name: plan.name, kind: plan.kind, scope: plan.scope, peer: plan.peer, attributes: plan.attributes },
    // Some of these are no span's, as where a parent was not told; some ids are none.
    ...{
      spanId: at === 4 ? plan.name : hex(at + 1, 16),
      parentSpanId: plan.parent === 0 ? "" : hex(plan.parent > at ? 99 : plan.parent, 16),
    },
    ...{ endless: false, session: undefined },
  };
  const agent = { instance: "", service: services[plan.service % services.length] ?? "", pid: plan.pid };
  const passed = (phase: "before" | "after"): PassedSpan => ({
    ...{ actor, phase, agent },
    span: phase === "after" && plan.endName !== null ? { ...span, name: plan.endName } : span,
  });
  const arrival = (phase: "before" | "after"): Arrival => ({
    ...passed(phase),
    id: at,
    checkpoints: [],
    mode: plan.mode,
  });
  const checkpoint = plan.checkpoint % order.flat().length;
  const wait = { actor, call: passed("before"), lock: plan.lock, by: [actor, plan.lock], sessions: [] };
  const happenings: Record<Plan["told"][number], Entry> = {
    start: { type: "passed", actor, passed: passed("before"), atMs: t0 },
    holdBefore: { type: "held", actor, arrival: arrival("before"), checkpoint, atMs: t0 },
    releaseBefore: { type: "released", actor, arrival: arrival("before"), atMs: t1 },
    block: { type: "blocked", actor, wait, atMs: t1 },
    free: { type: "freed", actor, atMs: t2 },
    end: { type: "passed", actor, passed: passed("after"), atMs: t3 },
    holdAfter: { type: "held", actor, arrival: arrival("after"), checkpoint, atMs: t3 },
    releaseAfter: { type: "released", actor, arrival: arrival("after"), atMs: t4 },
    withdraw: { type: "withdrawn", actor, arrival: arrival("after"), reason: plan.lock, atMs: t5 },
  };
  return plan.told.map((it) => happenings[it]);
}

function returned(order: readonly Step[]): readonly Entry[] {
  const outcome = (checkpoint: Checkpoint) => ({
    checkpoint,
    reached: !checkpoint.ifReached,
    arrival: undefined,
    wait: undefined,
  });
  return order.map((step, at): Entry => ({ type: "reached", reached: step.map(outcome), atMs: at }));
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
