import { type Context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { beforeEach, describe, expect, it } from "vitest";
import { Identities } from "../../../instrumentation/identity.ts";
import { RuleBook } from "../../../instrumentation/rules.ts";

const known = { runId: "r1", actor: "alice", traceId: "a".repeat(32), rules: [] };
const other = { ...known, actor: "bob", traceId: "b".repeat(32) };

let book: RuleBook;
let identities: Identities;

beforeEach(() => {
  book = new RuleBook({ service: "bank", hold: "flow" });
  book.replace([known, other]);
  identities = new Identities(book);
});

function carrying(entries: Readonly<Record<string, string>>): Context {
  const values = Object.entries(entries).map(([key, value]) => [key, { value }]);
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(Object.fromEntries(values)));
}

function spanOf(traceId: string): ReadableSpan {
  return { spanContext: () => ({ traceId, spanId: "1".repeat(16), traceFlags: 1 }) } as ReadableSpan;
}

const strange = spanOf("c".repeat(32));

describe("the actor of a span", () => {
  it("is the one that its parent's baggage names", () => {
    const context = carrying({ "spangate.run": "r1", "spangate.actor": "alice" });
    expect(identities.find(context, strange)?.actor).toBe("alice");
    expect(identities.find(context, strange)?.actor).toBe("alice");
  });

  it("is by baggage, where baggage and trace tell different ones", () => {
    const context = carrying({ "spangate.run": "r1", "spangate.actor": "alice" });
    expect(identities.find(context, spanOf(other.traceId))?.actor).toBe("alice");
  });

  it("is the trace's, where the baggage was lost or is of something else", () => {
    expect(identities.find(ROOT_CONTEXT, spanOf(known.traceId))?.actor).toBe("alice");
    expect(identities.find(carrying({ tenant: "7" }), spanOf(known.traceId))?.actor).toBe("alice");
    expect(identities.find(carrying({ "spangate.run": "r1" }), spanOf(known.traceId))?.actor).toBe("alice");
  });

  it("is nobody for a request of no run, or of a run that is over", () => {
    expect(identities.find(ROOT_CONTEXT, strange)).toBeUndefined();
    const past = carrying({ "spangate.run": "r0", "spangate.actor": "alice" });
    expect(identities.find(past, strange)).toBeUndefined();
    expect(identities.find(past, strange)).toBeUndefined();
  });

  it("follows the rules, when it is told that they have changed", () => {
    const context = carrying({ "spangate.run": "r2", "spangate.actor": "carol" });
    expect(identities.find(context, strange)).toBeUndefined();
    book.replace([{ ...known, runId: "r2", actor: "carol" }]);
    identities.forget();
    expect(identities.find(context, strange)?.actor).toBe("carol");
  });
});
