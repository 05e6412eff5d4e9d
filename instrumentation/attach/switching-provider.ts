// The tracer provider that an application finds before it has registered its own. Tracers that it took early change
// over with it, as those of the API's own proxy would.
import type { Context, Span, SpanOptions, Tracer, TracerOptions, TracerProvider } from "@opentelemetry/api";

export class SwitchingTracerProvider implements TracerProvider {
  #current: TracerProvider;

  constructor(first: TracerProvider) {
    this.#current = first;
  }

  switchTo(provider: TracerProvider): void {
    this.#current = provider;
  }

  getDelegate(): TracerProvider {
    return this.#current;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    let from: TracerProvider | undefined;
    let tracer: Tracer;
    const find = (): Tracer => {
      if (from !== this.#current) {
        from = this.#current;
        tracer = from.getTracer(name, version, options);
      }
      return tracer;
    };
    return {
      startSpan: (spanName: string, spanOptions?: SpanOptions, context?: Context): Span =>
        find().startSpan(spanName, spanOptions, context),
      startActiveSpan: (...args: unknown[]): unknown => {
        const target = find();
        return Reflect.apply(target.startActiveSpan, target, args);
      },
    } as Tracer;
  }
}
