// Middleware and handlers of two requests in one process.
import { describe, expect, it } from "vitest";
import { fixture } from "../support/fixtures.ts";
import { answeredBoth, HeldService } from "../support/held-service.ts";

describe.each([
  { version: 4, directory: fixture("../versions/express-4/package.json") },
  { version: 5, directory: fixture("../../package.json") },
])("express $version", ({ version, directory }) => {
  const service = new HeldService("express.cjs", { EXPRESS: directory });

  it("holds middleware before it is called, and where it goes on", async () => {
    const held = { path: "/work", span: "middleware - audit", noted: [[], ["audit"]] };
    expect(await service.holdBoth({ ...held, options: { attributes: { "express.type": "middleware" } } })).toEqual(
      answeredBoth,
    );
  });

  it("holds a route before its handlers and behind its answer, and a router before its routes", async () => {
    const options = { attributes: { "express.type": "request_handler" } };
    const work = { path: "/work", span: "request handler*", options, noted: [["audit"], ["audit", "work"]] } as const;
    expect(await service.holdBoth(work)).toEqual(answeredBoth);
    const api = { path: "/api/item", span: "router - *", phases: ["before"], noted: [["audit"]] } as const;
    expect(await service.holdBoth(api)).toEqual(answeredBoth);
  });

  it("hands errors of held handlers to the error handler", async () => {
    const failed = (error: string) => ({ status: 500, body: { error } });
    for (const [path, message] of [
      ["/throws", "thrown"],
      ["/fails", "failed"],
      ...(version === 5 ? [["/rejects", "rejected"]] : []),
    ] as const) {
      const span = "request handler*";
      const options = { attributes: { "express.type": "request_handler" } };
      expect(await service.holdBoth({ path, span, options })).toEqual({
        alice: failed(message),
        bob: failed(message),
      });
    }
  });

  it("refuses the end of routers", async () => {
    const routed = { path: "/api/item", span: "router - *", phases: ["after"] } as const;
    expect(await service.refusalOf(routed)).toContain("its span ends before its handlers are called");
  });
});

describe("koa", () => {
  const service = new HeldService("koa.mjs");

  it("holds middleware before it is called, and when all inside it is done", async () => {
    expect(
      await service.holdBoth({ path: "/work", span: "middleware - plain", noted: [[], ["plain", "work"]] }),
    ).toEqual(answeredBoth);
  });

  it("holds a router's handlers", async () => {
    expect(
      await service.holdBoth({ path: "/work", span: "router - /work", noted: [["plain"], ["plain", "work"]] }),
    ).toEqual(answeredBoth);
  });

  it("throws what a held handler throws, to the middleware around it", async () => {
    const thrown = { status: 418, body: { error: "thrown" } };
    expect(
      await service.holdBoth({ path: "/throws", span: "router - /throws", noted: [["plain"], ["plain"]] }),
    ).toEqual({
      alice: thrown,
      bob: thrown,
    });
  });
});

describe("nestjs", () => {
  const service = new HeldService("nest.cjs");

  it("holds a controller's method", async () => {
    expect(await service.holdBoth({ path: "/work", span: "work", noted: [[], ["work"]] })).toEqual(answeredBoth);
  });

  it("holds all that nest does for a request, and its answer", async () => {
    const context = { path: "/work", span: "Bank.work", noted: [[], ["work"]] } as const;
    expect(await service.holdBoth(context)).toEqual(answeredBoth);
    const failed = { status: 418, body: { error: "failed" } };
    const failing = { path: "/fails", span: "Bank.fails", noted: [[], ["fails"]] } as const;
    expect(await service.holdBoth(failing)).toEqual({ alice: failed, bob: failed });
  });

  it("keeps the exceptions and the metadata of held methods", async () => {
    const failed = { status: 418, body: { error: "failed" } };
    expect(await service.holdBoth({ path: "/fails", span: "fails", noted: [[], ["fails"]] })).toEqual({
      alice: failed,
      bob: failed,
    });
    expect((await fetch(`${service.url}/work?who=carol`)).headers.get("x-bank")).toBe("work");
  });
});
