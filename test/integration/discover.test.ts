// Discover, as a client in any language calls it.
import { once } from "node:events";
import { type ClientReadableStream, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { died } from "../../src/core/departure.ts";
import type { AttachResponse } from "../../src/gen/spangate/v1/agent.ts";
import type { SpanSort } from "../../src/gen/spangate/v1/model.ts";
import { type DiscoverEvent, type DiscoverResponse, RunnerServiceClient } from "../../src/gen/spangate/v1/runner.ts";
import { agentToken, tokenMetadata } from "../../src/wire/token.ts";
import { helloOf } from "../support/raw-agent.ts";
import { until } from "../support/until.ts";

type Event = NonNullable<DiscoverEvent["event"]>;

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

/** An agent that takes rules, and tells what a test has it tell. */
class Agent {
  /** What it is asked to tell, in sequence; `undefined` where that is nothing. */
  readonly asked: (readonly string[] | undefined)[] = [];
  /** What it does before it answers that it has told all; without an answer where that is missing. */
  beforeSync: (() => void) | undefined = () => {};
  readonly #session = server.attach((command) => this.#obey(command));

  constructor(service: string) {
    this.#session.receive({ event: { $case: "hello", value: helloOf(service) } });
    onTestFinished(() => this.leave());
  }

  tell(...sorts: readonly SpanSort[]): void {
    this.#session.receive({ event: { $case: "discovered", value: { sorts: [...sorts], dropped: 0, atMs: 0 } } });
  }

  #answer(number: number): void {
    if (!this.beforeSync) return;
    this.beforeSync();
    queueMicrotask(() => this.#session.receive({ event: { $case: "synced", value: { number, shortages: [] } } }));
  }

  leave(): void {
    this.#session.end(died("its test is over"));
  }

  #obey(command: AttachResponse["command"]): void {
    if (command?.$case === "sync") return this.#answer(command.value.number);
    const rules =
      command?.$case === "welcome" ? command.value.rules : command?.$case === "rules" ? command.value : null;
    if (!rules) return;
    this.asked.push(rules.discovery?.values);
    // Its welcome comes amid its hello.
    queueMicrotask(() =>
      this.#session.receive({ event: { $case: "rulesApplied", value: { version: rules.version } } }),
    );
  }
}

function sortOf(name: string, count = 1): SpanSort {
  const side = { name, flowRefusal: "", threadRefusal: "", attributes: [] };
  return { scope: "test", kind: 3, root: false, before: side, after: side, count, firstAtMs: 0, hold: 2 };
}

interface Reader {
  readonly found: Event[];
  readonly stream: ClientReadableStream<DiscoverResponse>;
  /** The names of what was seen. */
  readonly names: () => readonly string[];
}

async function look(...values: readonly string[]): Promise<Reader> {
  const found: Event[] = [];
  const stream = client.discover({ values: [...values] }, tokenMetadata(token));
  stream.on("data", ({ events }: DiscoverResponse) => found.push(...events.flatMap(({ event }) => event ?? [])));
  stream.on("error", () => {});
  onTestFinished(() => stream.cancel());
  await until("the beginning", () => found.find(({ $case }) => $case === "begun"));
  const names = () =>
    found.flatMap((it) => (it.$case === "seen" ? it.value.sorts.map(({ before }) => before?.name ?? "") : []));
  return { found, stream, names };
}

it("asks agents while it is open: those that are there, and those that come", async () => {
  const early = new Agent("early");
  expect(early.asked).toEqual([undefined]);
  const { found, stream, names } = await look("db.query.text");
  expect(early.asked).toEqual([undefined, ["db.query.text"]]);
  const late = new Agent("late");
  expect(late.asked).toEqual([["db.query.text"]]);
  early.tell(sortOf("one"));
  late.tell(sortOf("two", 3));
  early.leave();
  await until("all events", () => found.find(({ $case }) => $case === "left"));
  expect(found).toMatchObject([
    { $case: "attached", value: { service: "early" } },
    { $case: "begun", value: { silent: [] } },
    { $case: "attached", value: { service: "late" } },
    { $case: "seen", value: { service: "early", sorts: [{ before: { name: "one" }, count: 1 }] } },
    { $case: "seen", value: { service: "late", sorts: [{ before: { name: "two" }, count: 3 }] } },
    { $case: "left", value: { agent: { service: "early" }, died: true } },
  ]);
  stream.cancel();
  await until("the end", () => (late.asked.length > 1 ? true : undefined));
  expect(late.asked.at(-1)).toBeUndefined();
  // Nobody asks: whatever is told then is told to nobody.
  late.tell(sortOf("late"));
  expect(names()).toEqual(["one", "two"]);
});

it("tells each of several what comes while it looks, and asks agents for what any of them asks", async () => {
  const agent = new Agent("bank");
  const first = await look("a");
  agent.tell(sortOf("one"));
  await until("the first's", () => first.names()[0]);
  const second = await look("a", "b");
  expect(agent.asked).toEqual([undefined, ["a"], ["a", "b"]]);
  agent.tell(sortOf("two"));
  await until("the second's", () => second.names()[0]);
  await until("the first's", () => first.names()[1]);
  expect([first.names(), second.names()]).toEqual([["one", "two"], ["two"]]);
  second.stream.cancel();
  await until("one's end", () => (agent.asked.length > 3 ? true : undefined));
  expect(agent.asked.at(-1)).toEqual(["a"]);
  agent.tell(sortOf("three"));
  await until("the first's", () => first.names()[2]);
});

it("misses nothing that agents knew when it was asked for all, and tells who did not answer", async () => {
  const [agent, silent] = [new Agent("bank"), new Agent("silent")];
  const { found } = await look();
  agent.beforeSync = () => agent.tell(sortOf("just now"));
  silent.beforeSync = undefined;
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  client.syncAgents({}, tokenMetadata(token), (error, answer) => (error ? reject(error) : resolve(answer.silent)));
  const silentOnes = await promise;
  await until("the end", () => found.find(({ $case }) => $case === "told"));
  expect(found.slice(-2)).toMatchObject([
    { $case: "seen", value: { service: "bank", sorts: [{ before: { name: "just now" } }] } },
    { $case: "told" },
  ]);
  const left = found.flatMap((it) =>
    it.$case === "attached" && it.value.service === "silent" ? it.value.instance : [],
  );
  expect(silentOnes).toEqual(left);
});

it("tells in several messages what is more than a client takes in one", async () => {
  const agent = new Agent("bank");
  const { names } = await look();
  for (let at = 0; at < 2_000; at += 1) agent.tell(sortOf("名".repeat(1_000)));
  await until("all of them", () => names()[1_999]);
});

it("cuts off a reader that does not read, and no other", async () => {
  const agent = new Agent("bank");
  const { stream, names } = await look();
  const slow = client.discover({ values: [] }, tokenMetadata(token));
  const cut = once(slow, "error");
  await once(slow, "metadata");
  slow.pause();
  for (let round = 1; round <= 4; round += 1) {
    for (let at = 0; at < 6_000; at += 1) agent.tell(sortOf("crowd ".repeat(10)));
    await until("the events of a round", () => (names().length >= round * 6_000 ? true : undefined), 20_000);
  }
  slow.on("data", () => {});
  const [error] = (await cut) as [ServiceError];
  expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  agent.tell(sortOf("the last"));
  await until("the last one", () => names().find((name) => name === "the last"));
  stream.cancel();
});

async function refusalOf(values: readonly string[], metadata = tokenMetadata(token)): Promise<ServiceError> {
  const refused = client.discover({ values: [...values] }, metadata);
  refused.resume();
  const [error] = (await once(refused, "error")) as [ServiceError];
  return error;
}

it("refuses who may not look, who asks for too much, and who comes after too many", async () => {
  expect((await refusalOf([], tokenMetadata("another"))).code).toBe(status.UNAUTHENTICATED);
  expect((await refusalOf([], tokenMetadata(agentToken(token)))).code).toBe(status.PERMISSION_DENIED);
  const tooMany = await refusalOf(Array.from({ length: 17 }, (_, at) => `key ${at}`));
  expect([tooMany.code, tooMany.details]).toEqual([status.INVALID_ARGUMENT, expect.stringContaining("at most 16")]);
  expect((await refusalOf(["x".repeat(5_000)])).code).toBe(status.INVALID_ARGUMENT);
  await Promise.all(Array.from({ length: 100 }, () => look()));
  expect((await refusalOf([])).code).toBe(status.RESOURCE_EXHAUSTED);
});

it("ends with the coordinator", async () => {
  const other = await serveCoordinator({ listen: "127.0.0.1:0", token });
  const otherClient = new RunnerServiceClient(other.address, credentials.createInsecure());
  const stream = otherClient.discover({ values: [] }, tokenMetadata(token));
  stream.resume();
  const ended = once(stream, "end");
  await once(stream, "metadata");
  await Promise.all([other.close(), ended]);
  otherClient.close();
});
