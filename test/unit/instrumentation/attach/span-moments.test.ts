// When a span began and ended, as the SDKs themselves have read the clock.
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { momentOf } from "../../../../instrumentation/attach/private-fields.ts";

interface Sdk {
  readonly BasicTracerProvider?: new (options: object) => Provider;
  readonly TracerProvider?: new (options: object) => Provider;
}
interface Provider {
  getTracer(name: string): { startSpan(name: string, options?: object): { end(time?: number): void } };
}

const now = () => performance.now();

/** The moments that are told of a span, each between two readings of the clock. */
function momentsOf(folder: string, module: string, options?: object, endTime?: number): readonly number[][] {
  const { TracerProvider, BasicTracerProvider } = createRequire(new URL(`${folder}/x.js`, import.meta.url))(
    module,
  ) as Sdk;
  const told: number[] = [];
  const processor = {
    onStart: (span: object) => told.push(momentOf(span, "before")),
    onEnd: (span: object) => told.push(momentOf(span, "after")),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const Class = TracerProvider ?? BasicTracerProvider;
  if (!Class) throw new Error(`${module} has no provider.`);
  const provider = new Class({ spanProcessors: [processor] });
  const times = [now()];
  const span = provider.getTracer("test").startSpan("work", options);
  times.push(now());
  while (now() < (times[1] ?? 0) + 2);
  times.push(now());
  span.end(endTime);
  times.push(now());
  const [began = Number.NaN, ended = Number.NaN] = told;
  return [
    [times[0] ?? Number.NaN, began, times[1] ?? Number.NaN],
    [times[2] ?? Number.NaN, ended, times[3] ?? Number.NaN],
  ];
}

const sdks = [
  ["1.30", "../../../versions/otel-1", "@opentelemetry/sdk-trace-base"],
  ["2.x", "../../../versions/otel-2", "@opentelemetry/sdk-trace"],
  ["3.x", "../../../..", "@opentelemetry/sdk-trace"],
] as const;

it.each(sdks)("are those of the clock, of SDK %s", (_, folder, module) => {
  const all = [
    ...momentsOf(folder, module),
    // What its instrumentation says of its start is no time of ours.
    ...momentsOf(folder, module, { startTime: Date.now() - 60_000 }),
  ];
  for (const [before = 0, told = 0, after = 0] of all) {
    expect(told).toBeGreaterThanOrEqual(before - 0.001);
    expect(told).toBeLessThanOrEqual(after + 0.001);
  }
});

it("are now, of a span that does not tell", () => {
  const before = now();
  for (const span of [{}, { _performanceStartTime: 1, _startTimeProvided: false, duration: [-1, -1] }])
    expect(momentOf(span, "after")).toBeGreaterThanOrEqual(before);
});
