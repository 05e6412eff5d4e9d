// A root span that may begin an actor which no starter begins, from its start until it is known whose it is.
import { AlwaysOnSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { beforeEach, describe, expect, it } from "vitest";
import { Flow } from "../../../instrumentation/flow/flow.ts";
import { Holds } from "../../../instrumentation/flow/holds.ts";
import { layer } from "../../../instrumentation/flow/sandwich.ts";
import type { Shape } from "../../../instrumentation/flow/shape.ts";
import { promises } from "../../../instrumentation/flow/shapes.ts";
import { Gate } from "../../../instrumentation/gate.ts";
import { Identities } from "../../../instrumentation/identity.ts";
import type { LinkEvent } from "../../../instrumentation/link/agent-link.ts";
import { RuleBook } from "../../../instrumentation/rules.ts";
import { GateSpanProcessor } from "../../../instrumentation/span-processor.ts";
import { traceOf } from "../../../instrumentation/trace.ts";
import type { Rule } from "../../../src/core/model.ts";
import { spanMatch } from "../../support/builders.ts";

const scope = "test-driver";
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const rules = (["before", "after"] as const).map(
  (phase, checkpoint): Rule => ({
    ...{ checkpoint, phase, span: spanMatch("nightly"), hold: undefined },
  }),
);

/** An agent that waits for nightly jobs. */
class AgentUnderTest {
  readonly told: LinkEvent[] = [];
  readonly #book = new RuleBook({ service: "bank", hold: "flow" });
  readonly #holds: Holds;
  readonly flow: Flow;
  readonly gate: Gate;
  readonly #tracer;
  readonly #rules: readonly Rule[];
  #ids = 0;

  /** @param rules the job's */
  constructor(ofJob = rules) {
    this.#rules = ofJob;
    const link = {
      ...{ isAttached: true, refusesThreads: undefined, newsWord: new Int32Array(1), readNews() {}, hold() {} },
      ...{ keepAlive() {}, post: (event: LinkEvent) => void this.told.push(event) },
      arrive: (arrival: (id: number) => readonly LinkEvent[]) => {
        this.#ids += 1;
        this.told.push(...arrival(this.#ids));
        return this.#ids;
      },
    };
    const gate: Gate = new Gate(
      () => link,
      () => this.#holds,
      ({ span }) => this.#book.byTrace(span.spanContext().traceId),
    );
    this.gate = gate;
    this.#holds = new Holds(link);
    this.flow = new Flow(gate, { news: new Int32Array(1), read: () => true });
    const parts = { book: this.#book, identities: new Identities(this.#book), refresh: () => {} };
    const processor = new GateSpanProcessor({ ...parts, flow: this.flow, gate });
    this.#tracer = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [processor] }).getTracer(scope);
    this.setTrace(undefined);
  }

  /** What the coordinator says of the job's flow, and of another actor that waits for such a flow. */
  setTrace(traceId: string | undefined, ofOther?: string): void {
    const adopt = (trace: string | undefined) => (trace === undefined ? spanMatch("nightly") : undefined);
    this.#book.replace([
      { runId: "r", actor: "job", traceId: traceId ?? "none yet", rules: this.#rules, adopt: adopt(traceId) },
      { runId: "r", actor: "other", traceId: ofOther ?? "none either", rules, adopt: adopt(ofOther) },
    ]);
  }

  start(name = "nightly") {
    return this.#tracer.startSpan(name, { root: true });
  }

  instrument(raw: () => unknown, patch: (raw: () => unknown) => () => unknown, shape: Shape = promises): () => unknown {
    return layer(raw, patch as never, scope, shape, this.flow) as () => unknown;
  }

  /** Makes an instrumented call, whose span stays open. */
  callInSpan(): { readonly span: ReturnType<AgentUnderTest["start"]>; readonly result: unknown } {
    const spans: ReturnType<AgentUnderTest["start"]>[] = [];
    const call = this.instrument(
      async () => {},
      (raw) => () => {
        spans.push(this.start());
        return raw();
      },
    );
    const result = call();
    const [span] = spans;
    if (!span) throw new Error("The call was not made.");
    return { span, result };
  }

  release(id: number): Promise<void> {
    this.#holds.release([id]);
    return settled();
  }

  get cases(): string[] {
    return this.told.map(({ $case }) => $case);
  }
}

let agent: AgentUnderTest;

beforeEach(() => {
  agent = new AgentUnderTest();
});

describe("a root span that may begin an actor", () => {
  it("is nobody's claim any more when it ends while its flow waits", async () => {
    const { span, result } = agent.callInSpan();
    expect(agent.cases).toEqual(["arrived"]);
    // Its client has gone.
    span.end();
    expect(agent.cases).toEqual(["arrived", "withdrawn"]);
    await result;
    expect(agent.cases).toEqual(["arrived", "withdrawn"]);
  });

  it("tells when it has ended and its call was never made", () => {
    agent.instrument(
      async () => {},
      () => () => agent.start().end(),
    )();
    expect(agent.cases).toEqual(["unsupported", "unsupported"]);
  });

  it("tells when it ends after its patch has returned without a call", () => {
    let end = () => {};
    agent.instrument(
      async () => {},
      () => () => {
        const span = agent.start();
        end = () => span.end();
      },
    )();
    expect(agent.cases).toEqual([]);
    end();
    expect(agent.cases).toEqual(["unsupported", "unsupported"]);
  });

  it("has no gate at its end where the claim was not granted, whoever remembers it", async () => {
    const ends: (() => unknown)[] = [];
    // As drivers do whose span ends by an event: the gate in front of it was made with the call.
    const shape: Shape = {
      ...promises,
      gateCall: (_, trace, flow) => void ends.push(() => flow.meetEnd(trace, trace.span)),
    };
    const call = agent.instrument(
      async () => {},
      (raw) => () => {
        agent.start();
        return raw();
      },
      shape,
    );
    const result = call();
    agent.setTrace("of another flow");
    await agent.release(1);
    await result;
    expect(ends.map((end) => end())).toEqual([undefined]);
    expect(agent.cases).toEqual(["arrived"]);
  });

  it("is told where it does not fit, once a name, for each actor that is looked for", () => {
    for (const name of ["hourly", "hourly", "grpc.spangate.v1.RunnerService/Next", "daily"]) agent.start(name).end();
    agent.gate.flush();
    const spans = agent.told.flatMap((it) => (it.$case === "passed" ? it.value.spans : []));
    expect(spans.map(({ actor, span }) => `${actor}: ${span?.name}`)).toEqual([
      ...["job: hourly", "other: hourly", "job: daily", "other: daily"],
    ]);
    expect(agent.cases).toEqual(["passed"]);
  });

  it("is told of nothing else when all have been found", () => {
    agent.setTrace("of a flow", "of another one");
    agent.start("hourly").end();
    agent.gate.flush();
    expect(agent.cases).toEqual([]);
  });

  it("meets another actor's gates, at its end too, when that is whose it is", async () => {
    agent = new AgentUnderTest([]);
    let span: ReturnType<AgentUnderTest["start"]> | undefined;
    const call = agent.instrument(
      async () => "raw",
      (raw) => async () => {
        span = agent.start();
        const result = await raw();
        span.end();
        return result;
      },
    );
    const result = call();
    agent.setTrace("of the first one", span?.spanContext().traceId);
    await agent.release(1);
    expect(traceOf(span as object)?.gates.actor).toBe("other");
    await agent.release(2);
    expect(agent.cases).toEqual(["arrived", "arrived", "arrived"]);
    expect(agent.told.map(({ value }) => (value as { actor?: string }).actor)).toEqual(["job", "other", "other"]);
    await agent.release(3);
    expect(await result).toBe("raw");
  });

  it("meets its own gates when the claim is granted", async () => {
    const { span, result } = agent.callInSpan();
    agent.setTrace(span.spanContext().traceId);
    await agent.release(1);
    expect(traceOf(span)).toMatchObject({ claim: undefined, startIsMet: true });
    expect(agent.cases).toEqual(["arrived", "arrived"]);
    await agent.release(2);
    await result;
  });
});
