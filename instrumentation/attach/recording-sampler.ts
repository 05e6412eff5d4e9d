// A span that the application's sampler drops never reaches a processor. Those of actors are recorded instead, and
// not sampled: callers further on are told nothing new.
import type { Context } from "@opentelemetry/api";
import { type Sampler, SamplingDecision, type SamplingResult } from "@opentelemetry/sdk-trace";

/** The spans that are recorded for spangate alone. */
export class RaisedSpans {
  readonly #spans = new WeakSet<object>();
  #isNext = false;

  /** A tracer asks its sampler, and starts the span at once. */
  decide(isRaised: boolean): void {
    this.#isNext = isRaised;
  }

  /** To be called with a span that starts. True when it was raised. */
  begin(span: object): boolean {
    const isRaised = this.#isNext;
    this.#isNext = false;
    if (isRaised) this.#spans.add(span);
    return isRaised;
  }

  has(span: object): boolean {
    return this.#spans.has(span);
  }
}

export class RecordingSampler implements Sampler {
  readonly #inner: Sampler;
  readonly #raised: RaisedSpans;
  readonly #concerns: (parent: Context, traceId: string) => boolean;

  /** @param concerns whether a span with this parent and trace is an actor's */
  constructor(inner: Sampler, raised: RaisedSpans, concerns: (parent: Context, traceId: string) => boolean) {
    this.#inner = inner;
    this.#raised = raised;
    this.#concerns = concerns;
  }

  shouldSample(...args: Parameters<Sampler["shouldSample"]>): SamplingResult {
    const result = this.#inner.shouldSample(...args);
    const isRaised = result.decision === SamplingDecision.NOT_RECORD && this.#concerns(args[0], args[1]);
    this.#raised.decide(isRaised);
    return isRaised ? { ...result, decision: SamplingDecision.RECORD } : result;
  }

  toString(): string {
    return this.#inner.toString();
  }
}
