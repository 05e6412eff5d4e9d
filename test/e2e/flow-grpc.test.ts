// Both sides of calls in one process, of every kind.
import { describe, expect, it } from "vitest";
import { answeredBoth, HeldService } from "../support/held-service.ts";
import { untilAsync } from "../support/until.ts";

describe("grpc", () => {
  const twice = {
    alice: { status: 200, body: { who: "alice+alice" } },
    bob: { status: 200, body: { who: "bob+bob" } },
  };
  const service = new HeldService("grpc.cjs");

  it.each([
    { name: "Unary", noted: ["unary"], answer: answeredBoth },
    { name: "Upload", noted: ["upload"], answer: twice },
    { name: "Download", noted: ["download"], answer: twice },
    { name: "Chat", noted: ["chat", "chat"], answer: twice },
  ])("holds both sides of $name", async ({ name, noted, answer }) => {
    const held = { path: `/${name.toLowerCase()}`, span: `grpc.bank.Bank/${name}`, noted: [[], noted] };
    expect(await service.holdBoth({ ...held, options: { kind: "server" } })).toEqual(answer);
    expect(await service.holdBoth({ ...held, options: { kind: "client" } })).toEqual(answer);
  });

  it.each([
    { path: "/unary", name: "Unary", error: "lost", status: { code: 5, details: "lost" }, noted: ["unary"] },
    { path: "/unary", name: "Unary", error: "thrown", status: { code: 2, details: "Unknown error" }, noted: ["unary"] },
    { path: "/download", name: "Download", error: "lost", status: { code: 5, details: "lost" }, noted: ["download"] },
  ])("tells the status of a held $name whose handler fails: $error", async ({ path, name, error, status, noted }) => {
    const failed = { status: 500, body: status };
    const held = { path, span: `grpc.bank.Bank/${name}`, query: { error }, noted: [[], noted] };
    const code = { "rpc.grpc.status_code": status.code };
    // grpc-js ends a call whose handler has thrown; its instrumentation does not end the span.
    const phases = error === "thrown" ? (["before"] as const) : undefined;
    const server = { ...held, options: { kind: "server" }, ...(phases && { phases }) } as const;
    expect(await service.holdBoth(server)).toEqual({ alice: failed, bob: failed });
    const client = { ...held, phases: ["after"], noted: [noted] } as const;
    const options = { kind: "client", attributes: code } as const;
    expect(await service.holdBoth({ ...client, options })).toEqual({ alice: failed, bob: failed });
  });

  it.each([
    { how: "cancels", query: "cancel=1", code: 1 },
    { how: "gives up", query: "deadline=300", code: 4 },
  ])("ends a client's held call that its caller $how, unsent", async ({ query, code }) => {
    const known = (await service.notes()).length;
    const alice = service.gateway.starter("alice", () => fetch(`${service.url}/unary?who=alice&${query}`));
    const span = alice.before("grpc.bank.Bank/Unary", { kind: "client" });
    await using runner = service.gateway.runner([alice], [span, alice.finished]);
    expect(await runner.next()).toMatchObject({ reached: true });
    await untilAsync("the call has ended", async () => (await service.notes())[known], 10_000);
    expect((await service.notes()).slice(known)).toEqual([`alice status ${code}`]);
    const { alice: response } = await runner.finish();
    expect(await response.json()).toMatchObject({ code });
  });

  it("lets a server's held call go that its client cancels, and tells its handler", async () => {
    const known = (await service.notes()).length;
    const alice = service.gateway.starter("alice", () => fetch(`${service.url}/unary?who=alice&wait=1&deadline=300`));
    const span = alice.before("grpc.bank.Bank/Unary", { kind: "server" });
    await using runner = service.gateway.runner([alice], [span, alice.finished]);
    expect(await runner.next()).toMatchObject({ reached: true });
    await untilAsync("the handler was told", async () => (await service.notes())[known + 2], 10_000);
    expect((await service.notes()).slice(known).sort()).toEqual(["alice cancelled", "alice status 4", "alice unary"]);
    expect((await runner.finish()).alice.status).toBe(500);
  });
});
