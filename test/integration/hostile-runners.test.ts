// Whatever a runner asks for, the coordinator says what is wrong with it, and takes the next one's runs.
import { once } from "node:events";
import { connect } from "node:http2";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { coordinatorLimits } from "../../src/core/limits.ts";
import type { TextPattern } from "../../src/core/model.ts";
import { type OpenRequest, RunnerServiceClient } from "../../src/gen/spangate/v1/runner.ts";
import { openGateway } from "../../src/index.ts";
import { orderToWire } from "../../src/wire/runs.ts";
import { tokenMetadata } from "../../src/wire/token.ts";
import { at, orderOf, spanMatch } from "../support/builders.ts";
import { failureOf } from "../support/failures.ts";

const token = "a token of the tests";
let server: CoordinatorServer;
let client: RunnerServiceClient;

beforeAll(async () => {
  server = await serveCoordinator({ listen: "127.0.0.1:0", token });
  client = new RunnerServiceClient(server.address, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await server.close();
});

function request(parts: Partial<OpenRequest>): OpenRequest {
  const order = orderToWire(orderOf(at("alice", "finished")));
  const rest = { adoptions: [], recordAttributes: [], stepTimeoutMs: 0, stallMs: 0 };
  return { starters: ["alice"], order, ...rest, ...parts };
}

async function refusalOf(parts: Partial<OpenRequest>): Promise<ServiceError> {
  const stream = client.open(request(parts), tokenMetadata(token));
  stream.on("data", () => {});
  const [error] = await once(stream, "error");
  return error;
}

function named(name: TextPattern): Partial<OpenRequest> {
  return {
    order: orderToWire(
      orderOf(at("alice", "after", "read")).map((step) =>
        step.map((it) => ({ ...it, span: { ...spanMatch(""), name } })),
      ),
    ),
  };
}

describe("refuses with a status and the fact", () => {
  it.each<[string, Partial<OpenRequest>, string]>([
    ["no order", { order: [] }, "The order is empty"],
    ["no starters", { starters: [] }, "needs at least one starter"],
    ["a starter twice", { starters: ["alice", "alice"] }, "Two starters are named"],
    ["too many starters", { starters: Array.from({ length: 2_001 }, String) }, "2000 starters"],
    ["a long pattern", named({ type: "regexp", source: "a".repeat(1_001), flags: "" }), "1000 characters"],
    ["a large pattern", named({ type: "regexp", source: "(a{99}){99}", flags: "" }), "too large"],
    ["a reference back", named({ type: "regexp", source: "(a)\\1", flags: "" }), "bounded time"],
    ["a pattern that is none", named({ type: "regexp", source: "(", flags: "" }), "Invalid regular expression"],
  ])("%s", async (_, parts, fact) => {
    const { code, details } = await refusalOf(parts);
    expect([code, details]).toEqual([status.INVALID_ARGUMENT, expect.stringContaining(fact)]);
  });

  it("a message of more than a mebibyte", async () => {
    expect((await refusalOf({ starters: ["x".repeat(2 << 20)] })).code).toBe(status.RESOURCE_EXHAUSTED);
  });

  it("a run more than it keeps, until one is closed", async () => {
    const open = () => server.runners.open(request({}), { onEvents: () => {}, onError: () => {}, onEnd: () => {} });
    const closing = Array.from({ length: coordinatorLimits.runs }, open);
    expect(await refusalOf({})).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining("keeps 500 runs"),
    });
    await using gateway = await openGateway({ connect: { address: server.address, token } });
    const alice = gateway.starter("alice", () => 42);
    expect(await failureOf(gateway.runner([alice], [alice.finished]).finish())).toMatchObject({ code: "Refused" });
    for (const close of closing) close();
    expect(await gateway.runner([alice], [alice.finished]).finish()).toEqual({ alice: 42 });
  });
});

it("takes so many streams of one connection", async () => {
  const session = connect(`http://${server.address}`);
  const [settings] = await once(session, "remoteSettings");
  expect(settings.maxConcurrentStreams).toBe(coordinatorLimits.streams);
  session.destroy();
});
