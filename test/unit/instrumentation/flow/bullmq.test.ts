// The telemetry object of bullmq-otel with spangate's gates, used as bullmq uses it.
import { SpanKind } from "@opentelemetry/api";
import { BullMQOtel } from "bullmq-otel";
import { describe, expect, it } from "vitest";
import { gateTelemetry, type Telemetry, tracerNameOf } from "../../../../instrumentation/flow/adapters/bullmq.ts";
import { TracedFlow, turnOfTheLoop } from "../../../support/traced-flow.ts";

/** A traced call of bullmq: a span, its context, the call inside it, the span's end behind the result. */
async function call<T>({ tracer, contextManager }: BullMQOtel, act: () => Promise<T>): Promise<T> {
  const span = tracer.startSpan("add jobs.job", { kind: SpanKind.PRODUCER });
  try {
    return await contextManager.with(span.setSpanOnContext(contextManager.active()), act);
  } finally {
    span.end();
  }
}

function telemetryOf(test: TracedFlow, ...args: ConstructorParameters<typeof BullMQOtel>): BullMQOtel {
  const telemetry = new BullMQOtel(...args);
  gateTelemetry(telemetry as unknown as Telemetry, tracerNameOf(args), test.flow);
  return telemetry;
}

describe("the telemetry of bullmq-otel", () => {
  it.each([[], [{ tracerName: "a shop's own" }]])(
    "holds a traced call on both sides, of the tracer %j",
    async (...args) => {
      const test = new TracedFlow("before add jobs.job", "after add jobs.job");
      const telemetry = telemetryOf(test, ...(args as ConstructorParameters<typeof BullMQOtel>));
      const seen: string[] = [];
      const adding = test
        .as("alice", () =>
          call(telemetry, async () => {
            seen.push("added");
            return "job";
          }),
        )
        .finally(() => seen.push("told"));
      await turnOfTheLoop();
      expect(seen).toEqual([]);
      await test.release("alice before add jobs.job");
      expect(seen).toEqual(["added"]);
      await test.release("alice after add jobs.job");
      expect(seen).toEqual(["added", "told"]);
      expect(await adding).toBe("job");
      expect(test.met).toEqual(["alice before add jobs.job", "alice after add jobs.job"]);
    },
  );

  it("rejects with the very error, after the hold", async () => {
    const error = new Error("refused");
    const test = new TracedFlow("after add jobs.job");
    const telemetry = telemetryOf(test);
    const adding = test.as("alice", () => call(telemetry, () => Promise.reject(error))).catch((reason) => reason);
    await turnOfTheLoop();
    await test.release("alice after add jobs.job");
    expect(await adding).toBe(error);
  });

  it("leaves the calls of nobody alone", async () => {
    const test = new TracedFlow("before add jobs.job", "after add jobs.job");
    expect(await call(telemetryOf(test), async () => "job")).toBe("job");
    expect(test.met).toEqual([]);
  });
});
