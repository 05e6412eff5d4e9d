// A span that the application's sampler drops never reaches a processor. Those of actors are recorded instead, and
// not sampled: exporters leave them out as before.
import type { Context } from "@opentelemetry/api";
import { type Sampler, SamplingDecision, type SamplingResult } from "@opentelemetry/sdk-trace";

export class RecordingSampler implements Sampler {
  readonly #inner: Sampler;
  readonly #concerns: (parent: Context, traceId: string) => boolean;

  /** @param concerns whether a span with this parent and trace is an actor's */
  constructor(inner: Sampler, concerns: (parent: Context, traceId: string) => boolean) {
    this.#inner = inner;
    this.#concerns = concerns;
  }

  shouldSample(...args: Parameters<Sampler["shouldSample"]>): SamplingResult {
    const result = this.#inner.shouldSample(...args);
    const dropped = result.decision === SamplingDecision.NOT_RECORD;
    return dropped && this.#concerns(args[0], args[1]) ? { ...result, decision: SamplingDecision.RECORD } : result;
  }

  toString(): string {
    return this.#inner.toString();
  }
}
