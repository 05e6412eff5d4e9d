// Several runs at once, of several runners, on the same services.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { adoptionsToWire } from "../../src/wire/runs.ts";
import { at, spanMatch } from "../support/builders.ts";
import { ObedientAgent } from "../support/obedient-agent.ts";
import { openRequest, RunClient } from "../support/run-client.ts";

const token = "a token of the tests";
let server: CoordinatorServer;
/** Two test processes, as the coordinator sees them. */
let one: RunClient;
let other: RunClient;
let agent: ObedientAgent;
beforeEach(async () => {
  server = await serveCoordinator({ listen: "127.0.0.1:0", token });
  const place = { address: server.address, token };
  [one, other] = [new RunClient(place), new RunClient(place)];
  agent = await ObedientAgent.attach(place);
});
afterEach(async () => {
  for (const it of [agent, one, other]) it[Symbol.dispose]();
  await server.close();
});

/** A run whose first step is under way. */
async function start(client: RunClient, actor: string) {
  const run = client.open(openRequest([actor], [at(actor, "before", "work"), at(actor, "finished")]));
  const runId = await run.opened();
  const step = client.next(runId);
  await run.begun(actor);
  return { client, run, runId, step, actor };
}

async function end({ client, runId, actor }: Awaited<ReturnType<typeof start>>, held: number) {
  const finish = client.finish(runId);
  await agent.released(held);
  agent.pass({ runId, actor });
  await client.endStarter(runId, actor).answer;
  await finish.answer;
}

it.each([
  ["different actors", "alice", "bob"],
  ["actors of one name, whose identities are their run's", "alice", "alice"],
])("hold %s of one service, and neither lets the other's go", async (_, first, second) => {
  const [mine, yours] = [await start(one, first), await start(other, second)];
  const held = agent.arrive({ runId: mine.runId, actor: first });
  const theirs = agent.arrive({ runId: yours.runId, actor: second });
  expect((await mine.step.answer).reached).toMatchObject([{ arrival: { id: held, actor: first } }]);
  expect((await yours.step.answer).reached).toMatchObject([{ arrival: { id: theirs, actor: second } }]);
  expect((await one.holds()).map(({ runId, id }) => ({ runId, id }))).toEqual([
    { runId: mine.runId, id: held },
    { runId: yours.runId, id: theirs },
  ]);
  await end(mine, held);
  await one.closeRun(mine.runId).answer;
  expect(agent.mayGoOn(theirs)).toBe(false);
  expect(await one.holds()).toHaveLength(1);
  await end(yours, theirs);
  expect(yours.run.events.filter(({ event }) => event?.$case === "held")).toHaveLength(1);
});

it("give actors of one name different identities", async () => {
  const [mine, yours] = [await start(one, "alice"), await start(other, "alice")];
  const told = await Promise.all([mine, yours].map(async ({ run }) => (await run.event("opened")).identities[0]));
  expect(new Set(told.map((it) => it?.traceparent)).size).toBe(2);
  expect(told.map((it) => it?.baggage)).toEqual(
    [mine, yours].map(({ runId }) => `spangate.run=${runId},spangate.actor=alice`),
  );
});

it("are unharmed by another that fails", async () => {
  const [mine, yours] = [await start(one, "alice"), await start(other, "alice")];
  await other.endStarter(yours.runId, "alice", "out of money").answer;
  await expect(yours.step.answer).rejects.toMatchObject({ details: expect.stringContaining("alice crashed") });
  const held = agent.arrive({ runId: mine.runId, actor: "alice" });
  await mine.step.answer;
  await end(mine, held);
});

/** A run that adopts the next root span called "nightly", and waits for it. */
async function adopting(client: RunClient) {
  const adoptions = adoptionsToWire([{ actor: "job", span: spanMatch("nightly") }]);
  const run = client.open(openRequest(["job"], [at("job", "finished")], { adoptions }));
  const runId = await run.opened();
  const step = client.next(runId);
  await run.begun("job");
  return { client, run, runId, step, adopt: client.adopt(runId, "job") };
}

function nightly(runId: string, trace: string): number {
  return agent.arrive({ runId, actor: "job", phase: 3, name: "nightly", traceId: trace.repeat(32) });
}

it("that adopt by the same span get one flow each: the run for which it was claimed first, the other the next one", async () => {
  const [mine, yours] = [await adopting(one), await adopting(other)];
  await agent.released(nightly(mine.runId, "a"));
  expect(agent.of(mine.runId, "job")).toMatchObject({ traceId: "a".repeat(32), adopt: undefined });
  expect(agent.of(yours.runId, "job")).toMatchObject({ adopt: expect.anything() });
  agent.pass({ runId: mine.runId, actor: "job", name: "nightly" });
  expect(await mine.adopt.answer).toEqual({ error: "" });
  await one.endStarter(mine.runId, "job").answer;
  await mine.step.answer;
  // Nothing of it was told to the other, which still waits.
  expect(yours.run.events.map(({ event }) => event?.$case)).toEqual(["opened", "begin"]);
  await agent.released(nightly(yours.runId, "b"));
  agent.pass({ runId: yours.runId, actor: "job", name: "nightly" });
  expect(await yours.adopt.answer).toEqual({ error: "" });
  await other.endStarter(yours.runId, "job").answer;
  await yours.step.answer;
});

it("that adopt by the same span share two flows which were claimed for one of them at once", async () => {
  const [mine, yours] = [await adopting(one), await adopting(other)];
  const both = [nightly(mine.runId, "a"), nightly(mine.runId, "b")];
  for (const id of both) await agent.released(id);
  expect(agent.of(mine.runId, "job")?.traceId).toBe("a".repeat(32));
  expect(agent.of(yours.runId, "job")?.traceId).toBe("b".repeat(32));
  const [third] = [nightly(mine.runId, "c")];
  // It is nobody's: it goes its own way.
  await agent.released(third);
  agent.pass({ runId: mine.runId, actor: "job", name: "nightly" });
  agent.pass({ runId: yours.runId, actor: "job", name: "nightly" });
  expect(await Promise.all([mine.adopt.answer, yours.adopt.answer])).toEqual([{ error: "" }, { error: "" }]);
});
