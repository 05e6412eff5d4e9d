// What an agent tells of its spans while somebody asks: by the very gates that would hold them.
import { type Context, context, ROOT_CONTEXT, type Span, type SpanOptions, trace as traces } from "@opentelemetry/api";
import { AlwaysOnSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { beforeEach, describe, expect, it } from "vitest";
import { gateActiveSpans } from "../../../instrumentation/flow/active-spans.ts";
import { Flow } from "../../../instrumentation/flow/flow.ts";
import { Holds } from "../../../instrumentation/flow/holds.ts";
import { layer } from "../../../instrumentation/flow/sandwich.ts";
import type { Shape } from "../../../instrumentation/flow/shape.ts";
import { promises, synchronous } from "../../../instrumentation/flow/shapes.ts";
import { Gate } from "../../../instrumentation/gate.ts";
import { Identities } from "../../../instrumentation/identity.ts";
import type { LinkEvent } from "../../../instrumentation/link/agent-link.ts";
import { RuleBook } from "../../../instrumentation/rules.ts";
import { GateSpanProcessor } from "../../../instrumentation/span-processor.ts";
import type { SpanSort } from "../../../src/core/discovery.ts";
import type { ActorRules, HoldMode, SpanMatch } from "../../../src/core/model.ts";
import { Discovered } from "../../../src/gen/spangate/v1/agent.ts";
import { sortFromWire } from "../../../src/wire/discovery.ts";
import { spanMatch } from "../../support/builders.ts";

const scope = "test-driver";

/** An agent with an instrumented driver. */
class Agent {
  readonly told: LinkEvent[] = [];
  readonly #book: RuleBook;
  readonly #holds: Holds;
  readonly flow: Flow;
  readonly gate: Gate;
  readonly tracer;
  readonly #news = new Int32Array(1);
  #ids = 0;

  constructor(hold: HoldMode = "flow") {
    this.#book = new RuleBook({ service: "bank", hold });
    const link = {
      ...{ isAttached: true, refusesThreads: undefined, newsWord: new Int32Array(1), readNews() {}, hold() {} },
      ...{ keepAlive() {}, post: (event: LinkEvent) => void this.told.push(event) },
      arrive: (arrival: (id: number) => readonly LinkEvent[]) => {
        this.#ids += 1;
        this.told.push(...arrival(this.#ids));
        return this.#ids;
      },
    };
    this.gate = new Gate(
      () => link,
      () => this.#holds,
      () => undefined,
    );
    this.#holds = new Holds(link);
    this.flow = new Flow(this.gate, { news: this.#news, read: () => !this.#book.isEmpty });
    const parts = { book: this.#book, identities: new Identities(this.#book), refresh: () => {} };
    const processor = new GateSpanProcessor({ ...parts, flow: this.flow, gate: this.gate });
    const provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [processor] });
    gateActiveSpans(provider, this.flow);
    this.tracer = provider.getTracer(scope);
  }

  /** @param rules of alice, whose trace is "a…" */
  ask(values: readonly string[] | undefined, rules: ActorRules["rules"] = [], adopt?: SpanMatch): void {
    const alice = { runId: "r", actor: "alice", traceId: "a".repeat(32), rules, adopt, watchesLocks: true };
    const actors = rules.length > 0 || adopt ? [alice] : [];
    this.#book.replace(actors, values && { values });
    this.#news[0] = (this.#news[0] ?? 0) + 1;
  }

  /** A driver's call; its span has the name, and gets the other one before it ends. */
  callOf(
    shape: Shape,
    name: string,
    { endName = name, options = {}, parent = ROOT_CONTEXT }: Naming = {},
  ): () => unknown {
    const { tracer } = this;
    return layer(
      shape === synchronous ? () => "raw" : async () => "raw",
      ((raw: () => unknown) =>
        function (this: unknown) {
          const span = tracer.startSpan(name, options, parent);
          const end = <T>(result: T): T => {
            span.updateName(endName).end();
            return result;
          };
          const result = raw.call(this);
          return result instanceof Promise ? result.then(end) : end(result);
        }) as never,
      scope,
      shape,
      this.flow,
    ) as () => unknown;
  }

  release(id: number): void {
    this.#holds.release([id]);
  }

  get cases(): string[] {
    return this.told.map(({ $case }) => $case);
  }

  /** All that was told of spans that have ended. */
  get sorts(): readonly SpanSort[] {
    this.gate.flush();
    return this.told
      .flatMap((it) => (it.$case === "discovered" ? it.value.sorts.map(sortFromWire) : []))
      .filter(({ after }) => after);
  }

  /** What can be held of each sort, such as `query: flow, flow`. */
  get verdicts(): readonly string[] {
    return this.sorts.map(({ before, after }) => {
      const [one, other] = [before, after].map((side) => side?.flowRefusal ?? "flow");
      return `${before?.name}: ${one}, ${other}`;
    });
  }
}

interface Naming {
  readonly endName?: string;
  readonly options?: SpanOptions;
  readonly parent?: Context;
}

const alices: Context = traces.setSpanContext(ROOT_CONTEXT, {
  ...{ traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1, isRemote: true },
});

let agent: Agent;
beforeEach(() => {
  agent = new Agent();
  agent.ask([]);
});

describe("while somebody asks", () => {
  it("finds that a call with a promise can be held on both sides, and holds it nowhere", async () => {
    await agent.callOf(promises, "query")();
    expect(agent.verdicts).toEqual(["query: flow, flow"]);
    expect(agent.cases).not.toContain("arrived");
    expect(agent.cases).not.toContain("passed");
  });

  it("tells why the others cannot, in the words of the failure that a run would have", async () => {
    agent.callOf(synchronous, "parse")();
    agent.tracer.startSpan("bare", {}, ROOT_CONTEXT).end();
    await agent.tracer.startActiveSpan("own", {}, ROOT_CONTEXT, async (span: Span) => span.end());
    expect(agent.verdicts).toEqual([
      "parse: it gives its result at once, it gives its result at once",
      expect.stringMatching(/^bare: it was started by no call that spangate knows.*, it was started by no call/),
      "own: flow, flow",
    ]);
    // A run that lists them fails with these very reasons.
    agent = new Agent();
    const rules = ["parse", "bare"].map((name, checkpoint) => ({
      ...{ checkpoint, phase: "before" as const, span: spanMatch(name), hold: undefined },
    }));
    agent.ask(undefined, rules);
    agent.callOf(synchronous, "parse", { parent: alices })();
    agent.tracer.startSpan("bare", {}, alices).end();
    expect(agent.told.flatMap((it) => (it.$case === "unsupported" ? it.value.reason : []))).toEqual([
      expect.stringContaining("it gives its result at once"),
      expect.stringContaining("it was started by no call that spangate knows"),
    ]);
  });

  it("tells that a call was not seen, whose patch never makes it", () => {
    const patch = () => () => agent.tracer.startSpan("lost", {}, ROOT_CONTEXT);
    const lost = layer(() => {}, patch as never, scope, promises, agent.flow) as () => Span;
    lost().end();
    expect(agent.verdicts).toEqual([
      `lost: its call was not seen: ${scope} makes it in a way that spangate cannot put off, what the call gives back shows no end that could be put off`,
    ]);
  });

  it("tells the name that each side has", async () => {
    await agent.callOf(promises, "GET", { endName: "GET /u/:id" })();
    const [sort] = agent.sorts;
    expect([sort?.before?.name, sort?.after?.name]).toEqual(["GET", "GET /u/:id"]);
  });

  it("tells a sort at once, when its first span begins, and counts those that end", async () => {
    const query = agent.callOf(promises, "query");
    const results = [query(), query(), query()];
    expect(agent.told).toMatchObject([{ value: { sorts: [{ before: { name: "query" }, after: undefined }] } }]);
    await Promise.all(results);
    expect(agent.sorts.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });

  it("looks at actors' spans too, and holds where a run asks for that", async () => {
    const rule = { checkpoint: 0, phase: "before" as const, span: spanMatch("query"), hold: undefined };
    agent.ask([], [rule]);
    const result = agent.callOf(promises, "query", { parent: alices })();
    await agent.callOf(promises, "other", { parent: alices })();
    expect(agent.cases.filter((it) => it === "arrived")).toHaveLength(1);
    agent.release(1);
    expect(await result).toBe("raw");
    expect(agent.verdicts.toSorted()).toEqual(["other: flow, flow", "query: flow, flow"]);
  });

  it("tells as ever that a connection serves nobody after an actor", async () => {
    const shape: Shape = { ...promises, sessionOf: () => ({ system: "postgresql", id: 7, server: "" }) };
    const query = (parent?: Context) => agent.callOf(shape, "query", parent && { parent }).call(connection);
    const connection = {};
    const rule = { checkpoint: 0, phase: "after" as const, span: spanMatch("other"), hold: undefined };
    agent.ask([], [rule]);
    await query(alices);
    await query();
    agent.gate.flush();
    const passed = agent.told.flatMap((it) => (it.$case === "passed" ? it.value.spans : []));
    expect(passed.map(({ actor, phase }) => `${actor} ${phase}`)).toEqual(["alice 1", "alice 2", " 1"]);
  });

  it("learns nothing of flows where a run holds the thread, and leaves that way as it is", async () => {
    const rule = { checkpoint: 0, phase: "after" as const, span: spanMatch("query"), hold: "thread" as const };
    agent.ask([], [rule]);
    await agent.callOf(promises, "query", { parent: alices })();
    expect(agent.verdicts).toEqual([]);
  });

  it("looks at what is nobody's while an actor is looked for, but for spangate's own calls", async () => {
    agent.ask([], [], spanMatch("nightly"));
    agent.tracer.startSpan("hourly", {}, ROOT_CONTEXT).end();
    agent.tracer.startSpan("grpc.spangate.v1.RunnerService/Next", {}, ROOT_CONTEXT).end();
    expect(agent.sorts.map(({ before }) => before?.name)).toEqual(["hourly"]);
  });

  it("tells of a process that holds threads, that it does", async () => {
    agent = new Agent("thread");
    agent.ask([]);
    await agent.callOf(promises, "query")();
    expect(agent.sorts).toMatchObject([
      { hold: "thread", before: { flowRefusal: undefined, threadRefusal: undefined } },
    ]);
  });
});

describe("attributes", () => {
  const attributes = { "db.query.text": "SELECT secret", "db.namespace": "bank", tags: ["a", "b"] };

  it("are told by their keys, and by values where these hold no secret", async () => {
    await agent.callOf(promises, "query", { options: { attributes } })();
    expect(agent.sorts[0]?.before?.attributes).toEqual([
      { key: "db.query.text", samples: [], more: false, count: 1 },
      { key: "db.namespace", samples: ["bank"], more: false, count: 1 },
      { key: "tags", samples: [], more: false, count: 1 },
    ]);
    expect(JSON.stringify(agent.told)).not.toContain("secret");
  });

  it("are told by their values where these are asked for, some of them, and no long ones", async () => {
    agent.ask(["db.query.text"]);
    for (const text of ["one", "two", "two", "three", "four", "x".repeat(1_000)])
      await agent.callOf(promises, "query", { options: { attributes: { "db.query.text": text } } })();
    expect(agent.sorts.at(-1)?.before?.attributes).toEqual([
      { key: "db.query.text", samples: ["one", "two", "three"], more: true, count: 5 },
    ]);
    agent.ask(["other", "db.query.text"]);
    await agent.callOf(promises, "query", { options: { attributes: { "db.query.text": "x".repeat(1_000) } } })();
    expect(agent.sorts.at(-1)?.before?.attributes).toEqual([
      { key: "db.query.text", samples: ["x".repeat(200)], more: true, count: 1 },
    ]);
  });

  it("are told of arrays by their elements, as a checkpoint matches them", () => {
    agent.ask(["tags"]);
    const told = (tags: string[]) => {
      agent.tracer.startSpan("bare", { attributes: { tags } }, ROOT_CONTEXT).end();
      return agent.sorts.at(-1)?.before?.attributes;
    };
    expect(told(["a", "b"])).toEqual([{ key: "tags", samples: ["a", "b"], more: false, count: 1 }]);
    // Nothing matches an empty one.
    expect(told([])).toEqual([{ key: "tags", samples: ["a", "b"], more: true, count: 1 }]);
  });

  it("are told with how many spans have them", () => {
    const options = [{ attributes: { "url.path": "/" } }, {}, {}];
    for (const it of [...options, ...options]) agent.tracer.startSpan("bare", it, ROOT_CONTEXT).end();
    agent.gate.flush();
    const { sorts } = agent;
    const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0);
    const had = sorts.flatMap(({ before }) => before?.attributes.map(({ count }) => count) ?? []);
    expect([sum(sorts.map(({ count }) => count)), sum(had)]).toEqual([6, 2]);
  });
});

it("keeps so many sorts and no more, and tells how many spans it did not take", () => {
  for (let at = 0; at < 3_000; at += 1) agent.tracer.startSpan(`SELECT ${at}`, {}, ROOT_CONTEXT).end();
  const { length } = agent.sorts;
  const dropped = agent.told.reduce((sum, it) => sum + (it.$case === "discovered" ? it.value.dropped : 0), 0);
  // Each is told when it begins, and when it ends.
  expect([length, dropped]).toEqual([1_000, 2_000]);
});

it("tells no more at once than a coordinator takes, whatever the names' script, and nothing twice", () => {
  for (let at = 0; at < 3_000; at += 1) agent.tracer.startSpan(`${at % 1_500} ${"名".repeat(900)}`).end();
  agent.gate.flush();
  agent.told.length = 0;
  // All that are kept are known now, and are told anew together.
  for (let at = 0; at < 1_500; at += 1) agent.tracer.startSpan(`${at} ${"名".repeat(900)}`).end();
  const { sorts } = agent;
  expect(new Set(sorts.map(({ before }) => before?.name)).size).toBe(1_000);
  expect(new Set(sorts.map(({ count }) => count))).toEqual(new Set([1]));
  const told = agent.told.flatMap((it) => (it.$case === "discovered" ? it.value : []));
  expect(Math.max(...told.map((it) => Discovered.encode(it).finish().length))).toBeLessThan(300_000);
  expect(told.map(({ dropped }) => dropped)).toEqual([500, ...told.slice(1).map(() => 0)]);
});

it("tells nothing, and leaves spans as they are, when nobody asks any more", async () => {
  const query = agent.callOf(promises, "query");
  const first = query();
  agent.ask(undefined);
  await first;
  await query();
  agent.tracer.startSpan("bare", {}, ROOT_CONTEXT).end();
  expect(agent.sorts).toEqual([]);
  expect(agent.flow.comesToRest()).toBe(true);
  // Who asks anew is told all of it.
  agent.ask([]);
  await query();
  expect(agent.verdicts).toEqual(["query: flow, flow"]);
  expect(context.active()).toBe(ROOT_CONTEXT);
});
