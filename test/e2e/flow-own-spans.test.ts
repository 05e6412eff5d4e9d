// The application's own spans, files and look-ups.
import { describe, expect, it } from "vitest";
import { answeredBoth, HeldService } from "../support/held-service.ts";

describe("spans without a framework", () => {
  const service = new HeldService("plain.cjs", { OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http,fs,dns,net" });

  it("holds an async function in startActiveSpan", async () => {
    const outer = { path: "/async", span: "outer", noted: [[], ["outer", "inner"]] };
    expect(await service.holdBoth(outer)).toEqual(answeredBoth);
    const inner = { path: "/async", span: "inner", options: { attributes: { kind: "inner" } } };
    expect(await service.holdBoth({ ...inner, noted: [["outer"], ["outer", "inner"]] })).toEqual(answeredBoth);
  });

  it("holds an async function that was compiled for an older JavaScript", async () => {
    const compiled = { path: "/compiled", span: "compiled", noted: [[], ["compiled"]] };
    expect(await service.holdBoth(compiled)).toEqual(answeredBoth);
  });

  it("rejects with what the held function rejects with", async () => {
    const rejected = { status: 500, body: { error: "rejected" } };
    expect(await service.holdBoth({ path: "/rejects", span: "rejects", noted: [[], ["rejects"]] })).toEqual({
      alice: rejected,
      bob: rejected,
    });
  });

  it("refuses a function that is not async, and a span that no function is inside of", async () => {
    expect(await service.refusalOf({ path: "/sync", span: "sync" })).toContain("Make it async");
    expect(await service.refusalOf({ path: "/sync", span: "sync", phases: ["after"] })).toContain("Make it async");
    expect(await service.refusalOf({ path: "/bare", span: "bare" })).toContain("startActiveSpan");
  });

  it("holds files and look-ups, with promises and with callbacks", async () => {
    const access = { path: "/file", span: "fs access", noted: [[], []] };
    expect(await service.holdBoth(access)).toEqual(answeredBoth);
    const stat = { path: "/file", span: "fs stat", noted: [["access"], ["access"]] };
    expect(await service.holdBoth(stat)).toEqual(answeredBoth);
    const first = { path: "/lookup", span: "dns.lookup", options: { nth: 1 }, noted: [[], []] };
    expect(await service.holdBoth(first)).toEqual(answeredBoth);
    const second = { path: "/lookup", span: "dns.lookup", options: { nth: 2 }, noted: [["promise"], ["promise"]] };
    expect(await service.holdBoth(second)).toEqual(answeredBoth);
  });

  it("tells a held file's error", async () => {
    const { alice } = await service.holdBoth({ path: "/missing", span: "fs access" });
    expect(alice).toMatchObject({ status: 500, body: { error: expect.stringContaining("ENOENT") } });
  });

  it("refuses synchronous file functions and sockets", async () => {
    expect(await service.refusalOf({ path: "/file-sync", span: "fs existsSync" })).toContain("at once");
    expect(await service.refusalOf({ path: "/connect", span: "tcp.connect" })).toContain("before it is connected");
  });
});
