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
import { spanMatch } from "../../support/builders.ts";

const scope = "test-driver";
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An agent that waits for one nightly job. */
class AgentUnderTest {
  readonly told: LinkEvent[] = [];
  readonly #book = new RuleBook({ service: "bank", hold: "flow" });
  readonly #holds: Holds;
  readonly flow: Flow;
  readonly #tracer;
  #ids = 0;

  constructor() {
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
      ({ gates, span }) => this.#book.byTrace(span.spanContext().traceId) === gates,
    );
    this.#holds = new Holds(link);
    this.flow = new Flow(gate, { news: new Int32Array(1), read: () => true });
    const parts = { book: this.#book, identities: new Identities(this.#book), refresh: () => {} };
    const processor = new GateSpanProcessor({ ...parts, flow: this.flow, gate });
    this.#tracer = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [processor] }).getTracer(scope);
    this.setTrace(undefined);
  }

  /** What the coordinator says of the job's flow. */
  setTrace(traceId: string | undefined): void {
    const rules = (["before", "after"] as const).map((phase, checkpoint) => ({
      ...{ checkpoint, phase, span: spanMatch("nightly"), hold: undefined },
    }));
    const adopt = traceId === undefined ? spanMatch("nightly") : undefined;
    this.#book.replace([{ runId: "r", actor: "job", traceId: traceId ?? "none yet", rules, adopt }]);
  }

  start() {
    return this.#tracer.startSpan("nightly", { root: true });
  }

  instrument(raw: () => unknown, patch: (raw: () => unknown) => () => unknown, shape: Shape = promises): () => unknown {
    return layer(raw, patch as never, scope, shape, this.flow) as () => unknown;
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
    let span: ReturnType<AgentUnderTest["start"]> | undefined;
    const call = agent.instrument(
      async () => {},
      (raw) => () => {
        span = agent.start();
        return raw();
      },
    );
    const result = call();
    expect(agent.cases).toEqual(["arrived"]);
    // Its client has gone.
    span?.end();
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

  it("meets its own gates when the claim is granted", async () => {
    let span: ReturnType<AgentUnderTest["start"]> | undefined;
    const call = agent.instrument(
      async () => {},
      (raw) => () => {
        span = agent.start();
        return raw();
      },
    );
    const result = call();
    agent.setTrace(span?.spanContext().traceId);
    await agent.release(1);
    expect(traceOf(span as object)).toMatchObject({ claim: undefined, startIsMet: true });
    expect(agent.cases).toEqual(["arrived", "arrived"]);
    await agent.release(2);
    await result;
  });
});
