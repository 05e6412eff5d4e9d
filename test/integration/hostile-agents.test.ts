// Whatever an agent sends, a run in progress goes on unharmed; `during` checks that.
import { Client, credentials, Metadata, type StatusObject } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { RunnerServiceService } from "../../src/gen/spangate/v1/runner.ts";
import { agentToken, tokenMetadata } from "../../src/wire/token.ts";
import { stateOf } from "../support/coordinator-process.ts";
import { during } from "../support/normal-run.ts";
import { arrivalOf, helloOf, RawAgent, spanOf, status } from "../support/raw-agent.ts";
import { untilAsync } from "../support/until.ts";

describe("refuses with a status", () => {
  it("bytes that are no event", async () => {
    await during(async ({ coordinator }) => {
      for (const bytes of [
        [0xff, 0xff, 0xff],
        [0x0a, 0x7f],
        [0x07],
        Array.from({ length: 1_000 }, (_, at) => at % 251),
      ]) {
        using agent = new RawAgent(coordinator);
        agent.sendBytes(Uint8Array.from(bytes));
        expect((await agent.ended).code).not.toBe(status.OK);
      }
    });
  });

  it("an empty message", async () => {
    await during(async ({ coordinator }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.sendBytes(new Uint8Array());
      expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
    });
  });

  it("events before Hello", async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = new RawAgent(coordinator);
      agent.send(arrivalOf({ id: 1, runId, actor: "job" }));
      expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
    });
  });

  it("a claim of no trace", async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.send(arrivalOf({ id: 1, runId, actor: "job", phase: 3 }));
      expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
    });
  });

  it("Hello twice", async () => {
    await during(async ({ coordinator }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.send({ $case: "hello", value: helloOf("again") });
      expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
    });
  });

  it.each([0, 2, 4_294_967_295])("protocol %d", async (protocol) => {
    await during(async ({ coordinator }) => {
      using agent = new RawAgent(coordinator);
      agent.send({ $case: "hello", value: { ...helloOf("newer"), protocol } });
      // Whatever comes after a refusal counts no more, a proper Hello neither.
      agent.send({ $case: "hello", value: helloOf("hostile") });
      const { code, details } = await agent.ended;
      expect(code).toBe(status.FAILED_PRECONDITION);
      expect(details).toContain("Use the same version of spangate");
      await onlyTheJobIsLeft(coordinator);
    });
  });

  it.each([
    ["no token", new Metadata()],
    ["a wrong token", bearer("wrong")],
    ["an empty token", bearer("")],
    ["a token of the same length", bearer("the wrong token")],
  ])("%s, for both services", async (_name, metadata) => {
    await during(async ({ coordinator }) => {
      using agent = new RawAgent(coordinator, metadata);
      agent.send({ $case: "hello", value: helloOf("stranger") });
      expect((await agent.ended).code).toBe(status.UNAUTHENTICATED);
      const token = String(metadata.get("authorization")[0] ?? "").replace("Bearer ", "");
      await expect(stateOf({ ...coordinator, token })).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
      await onlyTheJobIsLeft(coordinator);
    });
  });

  it("a runner's token at AgentService, and an agent's at every call of RunnerService", async () => {
    await during(async ({ coordinator }) => {
      using agent = new RawAgent(coordinator, tokenMetadata(coordinator.token));
      agent.send({ $case: "hello", value: helloOf("stranger") });
      const { code, details } = await agent.ended;
      expect(code).toBe(status.PERMISSION_DENIED);
      expect(details).toContain("gateway.environment()");
      expect(agent.commands).toEqual([]);
      const client = new Client(coordinator.address, credentials.createInsecure());
      const metadata = tokenMetadata(agentToken(coordinator.token));
      for (const { path, responseStream } of Object.values(RunnerServiceService)) {
        const { promise, resolve } = Promise.withResolvers<StatusObject>();
        const call = responseStream
          ? client.makeServerStreamRequest(path, asIs, asIs, Buffer.alloc(0), metadata)
          : client.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), metadata, () => {});
        call.on("status", resolve).on("error", () => {});
        expect(await promise, path).toMatchObject({ code: status.PERMISSION_DENIED });
      }
      client.close();
      await onlyTheJobIsLeft(coordinator);
    });
  });

  it("a message of more than a mebibyte", async () => {
    await during(async ({ coordinator }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.sendBytes(new Uint8Array(2 << 20));
      expect((await agent.ended).code).toBe(status.RESOURCE_EXHAUSTED);
    });
  });

  it("huge names", async () => {
    await during(async ({ coordinator, runId }) => {
      const huge = "x".repeat(500_000);
      using service = new RawAgent(coordinator);
      service.send({ $case: "hello", value: helloOf(huge) });
      expect((await service.ended).code).toBe(status.INVALID_ARGUMENT);
      using passing = await new RawAgent(coordinator).attach();
      const spans = [{ runId, actor: "job", phase: 2, span: spanOf(huge), atMs: 0 }];
      passing.send({ $case: "passed", value: { spans, dropped: 0, atMs: 0 } });
      expect((await passing.ended).code).toBe(status.INVALID_ARGUMENT);
      using seeing = await new RawAgent(coordinator).attach();
      const side = { name: huge, flowRefusal: "", threadRefusal: "", attributes: [] };
      const sort = { scope: "", kind: 1, root: true, before: side, after: side, count: 1, firstAtMs: 0, hold: 2 };
      seeing.send({ $case: "discovered", value: { sorts: [sort], dropped: 0, atMs: 0 } });
      expect((await seeing.ended).code).toBe(status.INVALID_ARGUMENT);
      using arriving = await new RawAgent(coordinator).attach();
      arriving.send(arrivalOf({ id: 1, runId, actor: "job", name: huge }));
      expect((await arriving.ended).code).toBe(status.INVALID_ARGUMENT);
    });
  });

  it("versions of more parts than there can be, and of huge ones", async () => {
    await during(async ({ coordinator }) => {
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`part ${at}`, "1"]));
      for (const versions of [many, { node: "2".repeat(5_000) }]) {
        using agent = new RawAgent(coordinator);
        agent.send({ $case: "hello", value: { ...helloOf("hostile"), versions } });
        expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
      }
      // A mode counts once, however often it is told.
      using agent = await new RawAgent(coordinator).attach({ modes: Array.from({ length: 1_000 }, () => 2) });
      const { agents } = await stateOf(coordinator);
      expect(agents.find(({ service }) => service === "hostile")?.modes).toEqual([2]);
      expect(agent.commands).toHaveLength(1);
    });
  });

  it("an arrival at neither side of a span", async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.send(arrivalOf({ id: 1, runId, actor: "job", phase: 77 }));
      expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
    });
  });
});

describe("ignores", () => {
  it("unknown runs, actors, checkpoints and holds", async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = await new RawAgent(coordinator).attach();
      const span = spanOf("work");
      agent.send(arrivalOf({ id: 1, runId: "unknown", actor: "job" }));
      agent.send(arrivalOf({ id: 2, runId, actor: "unknown" }));
      agent.send(arrivalOf({ id: 3, runId, actor: "__proto__" }));
      agent.send({ $case: "withdrawn", value: { id: 1, reason: "never was" } });
      agent.send({ $case: "rulesApplied", value: { version: 4_000_000_000 } });
      agent.send({ $case: "synced", value: { shortages: [], number: 4_000_000_000 } });
      agent.send({ $case: "unsupported", value: { runId, actor: "job", checkpoint: 99, span, reason: "" } });
      agent.send({ $case: "unsupported", value: { runId, actor: "unknown", checkpoint: 0, span, reason: "" } });
      agent.send({
        $case: "passed",
        value: {
          spans: [{ runId: "unknown", actor: "job", phase: 1, span, atMs: Number.NaN }],
          dropped: 9,
          atMs: Number.NaN,
        },
      });
      agent.send({
        $case: "passed",
        value: {
          spans: [{ runId, actor: "unknown", phase: 2, span, atMs: Number.POSITIVE_INFINITY }],
          dropped: 0,
          atMs: 0,
        },
      });
      await agent.settle(4);
      expect(releasedBy(agent)).toEqual([1, 2, 3, 4]);
    });
  });

  it("arrival ids that do not rise", async () => {
    await during(async ({ coordinator }) => {
      using agent = await new RawAgent(coordinator).attach();
      for (const id of [5, 5, 4, 0, 6]) agent.send(arrivalOf({ id, runId: "unknown", actor: "nobody" }));
      await agent.settle(7);
      expect(releasedBy(agent)).toEqual([5, 6, 7]);
    });
  });

  it("a checkpoint that the order does not have: the arrival goes on at once", async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.send(arrivalOf({ id: 1, runId, actor: "job", phase: 2, checkpoints: [99, 4_294_967_295] }));
      await agent.settle(2);
      expect(releasedBy(agent)).toEqual([1, 2]);
    });
  });
});

describe("survives", () => {
  it("100,000 passed spans of the run's own actor", async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = await new RawAgent(coordinator).attach();
      const spans = Array.from({ length: 100 }, () => ({
        runId,
        actor: "job",
        phase: 2,
        span: spanOf("noise"),
        atMs: 0,
      }));
      for (let sent = 0; sent < 1_000; sent += 1)
        agent.send({ $case: "passed", value: { spans, dropped: 0, atMs: 0 } });
      await agent.settle(1);
    });
  });

  it("100,000 arrivals of unknown actors", { timeout: 180_000 }, async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = await new RawAgent(coordinator).attach();
      for (let id = 1; id <= 100_000; id += 1) agent.send(arrivalOf({ id, runId, actor: `unknown ${id}` }));
      await agent.settle(100_001);
      expect(releasedBy(agent)).toHaveLength(100_001);
    });
  });

  it("streams that are half closed, cancelled or cut off", async () => {
    await during(async ({ coordinator }) => {
      const halfClosed = await new RawAgent(coordinator).attach();
      halfClosed.stream.end();
      expect((await halfClosed.ended).code).toBe(status.OK);
      const silent = new RawAgent(coordinator);
      silent.stream.end();
      expect((await silent.ended).code).toBe(status.OK);
      for (let at = 0; at < 20; at += 1) (await new RawAgent(coordinator).attach())[Symbol.dispose]();
      await onlyTheJobIsLeft(coordinator);
    });
  });

  it("an agent that says goodbye and goes on talking", async () => {
    await during(async ({ coordinator, runId }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.send({ $case: "goodbye", value: { exitCode: 0 } });
      agent.send(arrivalOf({ id: 1, runId, actor: "job" }));
      expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
      await onlyTheJobIsLeft(coordinator);
    });
  });
});

async function onlyTheJobIsLeft(coordinator: Parameters<typeof stateOf>[0]): Promise<void> {
  await untilAsync("only the job's agent is attached", async () => {
    const { agents } = await stateOf(coordinator);
    return agents.every(({ service }) => service === "job") ? true : undefined;
  });
  expect((await stateOf(coordinator)).holds).toHaveLength(1);
}

function releasedBy(agent: RawAgent): readonly number[] {
  return agent.commands.flatMap((it) => (it.$case === "release" ? it.value.ids : []));
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function bearer(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}
