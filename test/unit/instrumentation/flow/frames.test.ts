import { beforeEach, describe, expect, it } from "vitest";
import { Frames } from "../../../../instrumentation/flow/frames.ts";
import { RuleBook } from "../../../../instrumentation/rules.ts";
import { beginTrace, type Trace } from "../../../../instrumentation/trace.ts";

let frames: Frames;

beforeEach(() => {
  frames = new Frames();
});

function traceOf(scope: string): Trace {
  const book = new RuleBook({ service: "bank", hold: "flow" });
  book.replace([{ runId: "r", actor: "alice", traceId: "t", rules: [] }]);
  const gates = book.byName("r", "alice");
  if (!gates) throw new Error("no gates");
  return beginTrace({ name: "query", instrumentationScope: { name: scope } } as never, gates);
}

describe("frames", () => {
  it("link a span to the call of its own instrumentation that is under way", () => {
    const frame = frames.push("pg");
    const trace = traceOf("pg");
    expect(frames.bind(trace)).toBe(true);
    expect(frame.trace).toBe(trace);
    expect(trace.frame).toBe(frame);
    expect(frames.top("pg")).toBe(frame);
    expect(frames.top("net")).toBeUndefined();
  });

  it("leave a span alone that no call of its own instrumentation started", () => {
    expect(frames.bind(traceOf("pg"))).toBe(false);
    frames.push("http");
    expect(frames.bind(traceOf("pg"))).toBe(false);
  });

  it("bind only the first span of a call: what starts inside it has a gate of its own", () => {
    frames.push("pg");
    expect(frames.bind(traceOf("pg"))).toBe(true);
    expect(frames.bind(traceOf("pg"))).toBe(false);
  });

  it("keep nested calls apart, and close those that an exception left", () => {
    const outer = frames.push("pool");
    frames.push("pg");
    frames.push("net");
    frames.pop(outer);
    expect(outer.isOpen).toBe(false);
    expect(frames.top("pg")).toBeUndefined();
    expect(frames.bind(traceOf("pool"))).toBe(false);
  });
});
