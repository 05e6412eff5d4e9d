// When a span began and ended, as the SDKs themselves have read the clock.
import { createRequire } from "node:module";
import { expect, it, vi } from "vitest";
import { momentOf } from "../../../../instrumentation/attach/private-fields.ts";

interface Sdk {
  readonly BasicTracerProvider?: new (options: object) => Provider;
  readonly TracerProvider?: new (options: object) => Provider;
}
interface Provider {
  getTracer(name: string): { startSpan(name: string, options?: object): { end(): void } };
}

const now = () => performance.now();

/** What is told of a span in the midst of which something happens. */
function momentsOfOne(
  folder: string,
  module: string,
  amid: () => void,
  options?: object,
): { readonly began: number; readonly ended: number } {
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
  const span = provider.getTracer("test").startSpan("work", options);
  amid();
  span.end();
  const [began = Number.NaN, ended = Number.NaN] = told;
  return { began, ended };
}

/** The moments that are told of a span, each between two readings of the clock. */
function momentsOf(folder: string, module: string, options?: object): readonly number[][] {
  const times = [now()];
  const amid = () => {
    times.push(now());
    while (now() < (times[1] ?? 0) + 2);
    times.push(now());
  };
  const { began, ended } = momentsOfOne(folder, module, amid, options);
  times.push(now());
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

it.each(sdks)("are those of the real clock while a test fakes it, of SDK %s", (_, folder, module) => {
  const real = performance.now.bind(performance);
  const before = real();
  vi.useFakeTimers({ toFake: ["performance", "Date"] });
  const { began, ended } = momentsOfOne(folder, module, () => vi.advanceTimersByTime(1_000_000));
  vi.useRealTimers();
  expect(began).toBeGreaterThanOrEqual(before);
  expect(ended).toBeGreaterThanOrEqual(began);
  expect(ended).toBeLessThanOrEqual(real());
});

it("are now, of a span that does not tell", () => {
  const before = now();
  for (const span of [{}, { _performanceStartTime: 1, _startTimeProvided: false, duration: [-1, -1] }])
    expect(momentOf(span, "after")).toBeGreaterThanOrEqual(before);
});
