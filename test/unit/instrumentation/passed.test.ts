// What is told of the spans that passed has room in the messages that a coordinator takes.
import { expect, it } from "vitest";
import { PassedSpans } from "../../../instrumentation/passed.ts";
import { ActorGates } from "../../../instrumentation/rules.ts";
import type { SpanView } from "../../../instrumentation/span-facts.ts";
import { Passed } from "../../../src/gen/spangate/v1/agent.ts";

const names = Array.from({ length: 16 }, (_, at) => `a${at}`);
/** Three bytes each. */
const longText = "語".repeat(10_000);

it.each([1, 6, 16])("has room in one message, with %i recorded texts as long as can be", (count) => {
  const recordAttributes = names.slice(0, count);
  const rules = { runId: "r", actor: "alice", traceId: "", rules: [], recordAttributes };
  const gates = new ActorGates(rules, { service: "bank", hold: "flow" });
  const span = {
    ...{ name: "get", kind: 2, instrumentationScope: { name: "driver" } },
    attributes: Object.fromEntries([...recordAttributes, "url.path"].map((name) => [name, longText])),
    spanContext: () => ({ traceId: "t", spanId: "s", traceFlags: 1 }),
  } as unknown as SpanView;
  const messages: Passed[] = [];
  const passed = new PassedSpans((message) => messages.push(message));
  for (let at = 0; at < 300; at++) passed.note(gates, "before", span);
  passed.flush();
  expect(messages.map(({ spans }) => spans.length).reduce((one, other) => one + other)).toBe(300);
  for (const message of messages) expect(Passed.encode(message).finish().length).toBeLessThan(1 << 20);
});
