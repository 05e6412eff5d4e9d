// A flow whose gate holds where a test says so, and an instrumentation as OpenTelemetry's are.
import { InstrumentationBase, type InstrumentationModuleDefinition } from "@opentelemetry/instrumentation";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { Flow } from "../../instrumentation/flow/flow.ts";
import { Hold } from "../../instrumentation/flow/holds.ts";
import type { Latch } from "../../instrumentation/flow/latch.ts";
import { RuleBook } from "../../instrumentation/rules.ts";
import { beginTrace, type Trace } from "../../instrumentation/trace.ts";
import { spanMatch } from "./builders.ts";

export const scope = "test-driver";

/** Patches through `_wrap`, starts a span, makes the raw call. */
export class Instrumented extends InstrumentationBase {
  constructor() {
    super(scope, "1.0.0", { enabled: false });
  }

  protected override init(): InstrumentationModuleDefinition[] {
    return [];
  }

  patch<T extends object>(object: T, name: keyof T, patch: (raw: never) => unknown): void {
    this._wrap(object, name as never, patch as never);
  }

  unpatch<T extends object>(object: T, name: keyof T): void {
    this._unwrap(object, name as never);
  }
}

/** One actor whose spans "held" are held at both sides, and all others pass. */
export class FlowUnderTest {
  /** What happened, in sequence. */
  readonly told: string[] = [];
  readonly holds: Latch[] = [];
  #isArmed = true;
  readonly #news = new Int32Array(1);
  readonly flow = new Flow(
    {
      meet: (trace, phase, view, refusal) => {
        const matched = trace.gates.match(phase, view);
        this.told.push(`${phase} ${view.name}${refusal === undefined ? "" : " refused"}`);
        return { matched, hold: matched.length > 0 && refusal === undefined ? this.#hold() : undefined };
      },
      claim: () => undefined,
      tellNobodys: () => {},
      refuse: (_, phase, view) => this.told.push(`${phase} ${view.name} never`),
      refuseEndless: () => {},
    },
    { news: this.#news, read: () => this.isArmed },
  );
  readonly #gates;

  constructor() {
    const book = new RuleBook({ service: "bank", hold: "flow" });
    const rules = (["before", "after"] as const).map((phase, checkpoint) => ({
      ...{ checkpoint, phase, hold: undefined },
      span: spanMatch("held"),
    }));
    book.replace([{ runId: "r", actor: "alice", traceId: "t", rules }]);
    this.#gates = book.byName("r", "alice");
  }

  get isArmed(): boolean {
    return this.#isArmed;
  }

  set isArmed(isArmed: boolean) {
    this.#isArmed = isArmed;
    this.#news[0] = (this.#news[0] ?? 0) + 1;
  }

  /** Starts a span of the actor, as a patch does. */
  start(name: string): Trace {
    if (!this.#gates) throw new Error("no gates");
    const span = { name, kind: 2, attributes: {}, ended: false, instrumentationScope: { name: scope } };
    const trace = beginTrace(span as unknown as ReadableSpan, this.#gates);
    this.flow.begin(trace);
    return trace;
  }

  end(trace: Trace): void {
    Object.assign(trace.span, { ended: true });
    this.flow.meetEnd(trace, trace.span);
  }

  #hold(): Latch {
    const hold = new Hold((withdrawn, reason) => {
      this.told.push(`withdrawn: ${reason}`);
      withdrawn.open();
    });
    this.holds.push(hold);
    return hold;
  }
}
