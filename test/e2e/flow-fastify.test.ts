// Hooks and handlers of two requests in one process. The application sets its instrumentation up itself.
import { describe, expect, it } from "vitest";
import { answeredBoth, HeldService } from "../support/held-service.ts";

describe.each([{ instrumentation: "@fastify/otel" }, { instrumentation: "@opentelemetry/instrumentation-fastify" }])(
  "fastify with $instrumentation",
  ({ instrumentation }) => {
    const service = new HeldService("fastify.mjs", { INSTRUMENTATION: instrumentation });
    const isOfficial = instrumentation === "@fastify/otel";
    const hooks = isOfficial ? "preHandler" : "middleware";

    it("holds hooks, async ones and those with a callback", async () => {
      const audit = { path: "/work", span: `${hooks} - audit`, noted: [[], ["audit"]] };
      expect(await service.holdBoth(audit)).toEqual(answeredBoth);
      const check = { path: "/work", span: `${hooks} - check`, noted: [["audit"], ["audit", "check"]] };
      expect(await service.holdBoth(check)).toEqual(answeredBoth);
    });

    it("holds handlers before they are called", async () => {
      for (const path of ["/work", "/plain", "/late"]) {
        const handler = isOfficial ? `handler - ${path.slice(1)}` : `request handler - ${path.slice(1)}`;
        // The span of OpenTelemetry's own begins before the application's hooks.
        const held = {
          path,
          span: handler,
          phases: ["before"],
          noted: [isOfficial ? ["audit", "check"] : []],
        } as const;
        expect(await service.holdBoth(held)).toEqual(answeredBoth);
      }
    });

    it("hands errors of held hooks and handlers to the error handler", async () => {
      const failed = { status: 418, body: { error: "failed" } };
      for (const path of ["/throws", "/rejects"]) {
        const handler = isOfficial ? `handler - ${path.slice(1)}` : `request handler - ${path.slice(1)}`;
        expect(await service.holdBoth({ path, span: handler, phases: ["before"] })).toEqual({
          alice: failed,
          bob: failed,
        });
      }
      const refused = { path: "/refused", span: `${hooks} - refuse` };
      expect(await service.holdBoth(refused)).toEqual({ alice: failed, bob: failed });
    });

    it("holds a hook that answers in place of going on", async () => {
      const answer = { path: "/answered", span: `${hooks} - answer` };
      expect(await service.holdBoth(answer)).toEqual(answeredBoth);
    });

    if (isOfficial)
      it("holds an async handler's end, and the whole request", async () => {
        const noted = ["audit", "check", "work"];
        const handler = { path: "/work", span: "handler - work", phases: ["after"], noted: [noted] } as const;
        expect(await service.holdBoth(handler)).toEqual(answeredBoth);
        expect(await service.holdBoth({ path: "/work", span: "request", noted: [[], noted] })).toEqual(answeredBoth);
        expect(await service.refusalOf({ path: "/plain", span: "handler - plain", phases: ["after"] })).toContain(
          "async",
        );
      });

    if (!isOfficial)
      it("holds handlers behind their answer", async () => {
        for (const path of ["/work", "/plain", "/late"]) {
          const handler = { path, span: `request handler - ${path.slice(1)}`, phases: ["after"] } as const;
          const noted = ["audit", "check", ...(path === "/work" ? ["work"] : [])];
          expect(await service.holdBoth({ ...handler, noted: [noted] })).toEqual(answeredBoth);
        }
      });
  },
);
