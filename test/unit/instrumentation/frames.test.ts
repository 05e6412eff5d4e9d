import { beforeEach, describe, expect, it } from "vitest";
import { Frames } from "../../../instrumentation/frames.ts";

let gates: string[];
let frames: Frames<string>;

beforeEach(() => {
  gates = [];
  frames = new Frames((span) => gates.push(span));
});

describe("frames", () => {
  it("put the start gate of a span where its call is made", () => {
    const frame = frames.push("pg");
    expect(frames.bind("query", "pg")).toBe(true);
    expect(gates).toEqual([]);
    frames.enterRaw("pg");
    expect(gates).toEqual(["query"]);
    frames.pop(frame);
    expect(gates).toEqual(["query"]);
  });

  it("put it at the end of the patch, where the raw call is made later", () => {
    const frame = frames.push("pg");
    frames.bind("query", "pg");
    frames.pop(frame);
    expect(gates).toEqual(["query"]);
    frames.enterRaw("pg");
    expect(gates).toEqual(["query"]);
  });

  it("leave a span alone that no call of its own instrumentation started", () => {
    expect(frames.bind("query", "pg")).toBe(false);
    frames.push("http");
    expect(frames.bind("query", "pg")).toBe(false);
  });

  it("bind only the first span of a call: what starts inside it has a gate of its own", () => {
    frames.push("pg");
    expect(frames.bind("query", "pg")).toBe(true);
    expect(frames.bind("inner", "pg")).toBe(false);
    frames.enterRaw("pg");
    expect(frames.bind("inner", "pg")).toBe(false);
    expect(gates).toEqual(["query"]);
  });

  it("do not take another instrumentation's raw call for the own one", () => {
    frames.push("pg");
    frames.bind("query", "pg");
    frames.enterRaw("net");
    expect(gates).toEqual([]);
  });

  it("keep nested calls apart", () => {
    const outer = frames.push("pool");
    frames.bind("connect", "pool");
    frames.enterRaw("pool");
    const inner = frames.push("pg");
    frames.bind("query", "pg");
    frames.enterRaw("pg");
    frames.pop(inner);
    frames.pop(outer);
    expect(gates).toEqual(["connect", "query"]);
    expect(frames.bind("later", "pool")).toBe(false);
  });
});
