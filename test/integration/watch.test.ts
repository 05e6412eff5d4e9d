// Watch, as a client in any language calls it.
import { once } from "node:events";
import { type ClientReadableStream, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { died } from "../../src/core/departure.ts";
import { RunnerServiceClient, type WatchEvent, type WatchResponse } from "../../src/gen/spangate/v1/runner.ts";
import { tokenMetadata } from "../../src/wire/token.ts";
import { helloOf } from "../support/raw-agent.ts";
import { until } from "../support/until.ts";

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

/** Reads as fast as it can. */
function reader(): { readonly seen: WatchEvent[]; readonly stream: ClientReadableStream<WatchResponse> } {
  const seen: WatchEvent[] = [];
  const stream = client.watch({ closed: false }, tokenMetadata(token));
  stream.on("data", ({ events }: WatchResponse) => seen.push(...events));
  stream.on("error", () => {});
  return { seen, stream };
}

function comeAndGo(service: string): void {
  const session = server.attach(() => {});
  session.receive({ event: { $case: "hello", value: helloOf(service) } });
  session.receive({ event: { $case: "goodbye", value: { exitCode: 0 } } });
}

it("tells what is there first, then what comes and goes, in sequence", async () => {
  const early = server.attach(() => {});
  early.receive({ event: { $case: "hello", value: helloOf("early") } });
  const { seen, stream } = reader();
  await until("the first event", () => seen[0]);
  comeAndGo("late");
  early.end(died("the connection broke"));
  await until("all events", () => (seen.length >= 4 ? true : undefined));
  expect(seen.map(({ event }) => event)).toMatchObject([
    { $case: "attached", value: { service: "early" } },
    { $case: "attached", value: { service: "late" } },
    { $case: "left", value: { agent: { service: "late" }, died: false } },
    { $case: "left", value: { agent: { service: "early" }, died: true, reason: "the connection broke" } },
  ]);
  stream.cancel();
});

it("cuts off a reader that does not read, and no other", async () => {
  const { seen, stream } = reader();
  const slow = client.watch({ closed: false }, tokenMetadata(token));
  const cut = once(slow, "error");
  await Promise.all([once(stream, "metadata"), once(slow, "metadata")]);
  slow.pause();
  // A few windows of HTTP/2, and more than may wait.
  for (let round = 1; round <= 4; round += 1) {
    for (let at = 0; at < 6_000; at += 1) comeAndGo("crowd ".repeat(10));
    await until("the events of a round", () => (seen.length >= round * 12_000 ? true : undefined));
  }
  let taken = 0;
  slow.on("data", ({ events }: WatchResponse) => {
    taken += events.length;
  });
  const [error] = (await cut) as [ServiceError];
  expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(taken).toBeLessThan(48_000);
  stream.cancel();
});

it("needs the token, and ends with the coordinator", async () => {
  const refused = client.watch({ closed: false }, tokenMetadata("another"));
  refused.resume();
  const [error] = (await once(refused, "error")) as [ServiceError];
  expect(error.code).toBe(status.UNAUTHENTICATED);
  const other = await serveCoordinator({ listen: "127.0.0.1:0", token });
  const otherClient = new RunnerServiceClient(other.address, credentials.createInsecure());
  const stream = otherClient.watch({ closed: false }, tokenMetadata(token));
  stream.resume();
  const ended = once(stream, "end");
  await once(stream, "metadata");
  await Promise.all([other.close(), ended]);
  otherClient.close();
});
