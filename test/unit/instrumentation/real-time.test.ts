// Applications' tests fake the clock, also where an agent lives in their process.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Latch } from "../../../instrumentation/flow/latch.ts";
import { Lines } from "../../../instrumentation/flow/lines.ts";
import { PassedSpans } from "../../../instrumentation/passed.ts";
import { ActorGates } from "../../../instrumentation/rules.ts";
import type { SpanView } from "../../../instrumentation/span-facts.ts";

const gates = new ActorGates({ runId: "r", actor: "alice", traceId: "", rules: [] }, { service: "bank", hold: "flow" });
const span = { name: "get", kind: 2, attributes: {}, instrumentationScope: { name: "driver" } };
const view = { ...span, spanContext: () => ({ traceId: "t", spanId: "s", traceFlags: 1 }) } as unknown as SpanView;

describe("while timers and queues are faked", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate", "queueMicrotask"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("tells what has passed, and the fake clock counts no timer of it", async () => {
    const told = new Promise((resolve) => {
      new PassedSpans(resolve).note(gates, "before", view);
    });
    expect(vi.getTimerCount()).toBe(0);
    expect(await told).toMatchObject({ spans: [{ actor: "alice" }] });
  });

  it("lets go what is held, and what waits behind it", async () => {
    const lines = new Lines();
    const connection = {};
    const hold = new Latch();
    lines.enter([{}], connection, hold);
    const alice = {};
    lines.enter([alice], connection, hold);
    const behind = lines.enter([alice], connection, undefined);
    hold.open();
    await behind?.opened;
    expect(vi.getTimerCount()).toBe(0);
  });
});
