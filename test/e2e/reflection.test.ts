// A client that knows nothing but the address and the token drives a whole run: what it says it has from reflection.
import { credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { reflectedServices } from "../support/reflected.ts";
import { ShopAndAccounts } from "../support/shop.ts";
import { Served } from "../support/spangate.ts";

type Client = InstanceType<
  Awaited<ReturnType<typeof reflectedServices>> extends ReadonlyMap<string, infer It> ? It : never
>;
type Told = Readonly<
  Record<string, { readonly actor: string; readonly runId: string; readonly identities: Identity[] }>
>;

interface Identity {
  readonly actor: string;
  readonly traceparent: string;
  readonly baggage: string;
}

let served: Served;
let shop: ShopAndAccounts;
beforeAll(async () => {
  served = await Served.start("--listen", "127.0.0.1:0");
  shop = await ShopAndAccounts.start(served);
});
afterAll(async () => {
  await shop?.[Symbol.asyncDispose]();
  await served?.[Symbol.asyncDispose]();
});

it("loses a payment, with the database to look at between", async () => {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${served.at.token}`);
  const services = await reflectedServices(served.at.address, metadata);
  expect([...services.keys()]).toEqual(
    expect.arrayContaining(["spangate.v1.AgentService", "spangate.v1.RunnerService"]),
  );
  const Runner = services.get("spangate.v1.RunnerService");
  if (!Runner) throw new Error("unreachable");
  const client = new Runner(served.at.address, credentials.createInsecure());
  const call = (method: string, request: object) => ask(client, method, request, metadata);

  await shop.account.reset(100);
  const read = { name: { glob: "pg.query:SELECT *" } };
  const order = [
    { starter: "alice", phase: "PHASE_AFTER", span: read },
    { starter: "bob", phase: "PHASE_AFTER", span: read },
    { starter: "alice", phase: "PHASE_FINISHED" },
    { starter: "bob", phase: "PHASE_FINISHED" },
  ].map((checkpoint) => ({ checkpoints: [checkpoint] }));
  const stream = client["open"]?.({ starters: ["alice", "bob"], order }, metadata);
  const opened = Promise.withResolvers<string>();
  const identities = new Map<string, Identity>();
  stream.on("error", opened.reject);
  stream.on("data", ({ events }: { readonly events: readonly Told[] }) => {
    for (const { opened: isOpen, begin } of events) {
      for (const it of isOpen?.identities ?? []) identities.set(it.actor, it);
      if (isOpen) opened.resolve(isOpen.runId);
      if (begin) void buy(begin.actor);
    }
  });
  const runId = await opened.promise;
  const buy = async (actor: string) => {
    const { traceparent = "", baggage = "" } = identities.get(actor) ?? {};
    const response = await fetch(shop.shopUrl, { method: "POST", headers: { traceparent, baggage } });
    await call("endStarter", { runId, actor, error: response.ok ? "" : await response.text() });
  };

  expect(await call("next", { runId })).toMatchObject({
    reached: [{ reached: true, arrival: { actor: "alice", service: "accounts" } }],
  });
  await call("next", { runId });
  expect(await shop.account.balance()).toBe(100);
  expect((await call("listHolds", {}))["holds"]).toHaveLength(2);
  await call("finish", { runId });
  expect(await shop.account.balance()).toBe(90);
  await call("closeRun", { runId });
  client.close();
});

function ask(client: Client, method: string, request: object, metadata: Metadata): Promise<Record<string, unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  client[method]?.(request, metadata, (error: Error | null, answer: Record<string, unknown>) =>
    error ? reject(error) : resolve(answer),
  );
  return promise;
}
