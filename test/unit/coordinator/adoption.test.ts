// What becomes of an actor that no starter begins, seen by the agents and by other actors.
import { beforeEach, describe, expect, it } from "vitest";
import { Coordinator, type OpenRun } from "../../../src/coordinator/coordinator.ts";
import type { HoldMode, SpanMatch } from "../../../src/core/model.ts";
import { AnsweringAgent as Agent } from "../../support/answering-agent.ts";
import { at, facts, orderOf, passed, spanMatch } from "../../support/builders.ts";

const turnOfTheLoop = () => new Promise(setImmediate);
const root = facts("nightly");

let coordinator: Coordinator;
let agent: Agent;

beforeEach(() => {
  coordinator = new Coordinator();
  agent = new Agent(coordinator, "bank");
});

/** A run of alice and nightly jobs. */
function open(jobs: Readonly<Record<string, SpanMatch>> = { job: spanMatch("nightly") }): OpenRun {
  return coordinator.openRun(
    {
      starters: ["alice", "job", ...Object.keys(jobs).filter((actor) => actor !== "job")],
      adopted: Object.entries(jobs).map(([actor, span]) => ({ actor, span })),
      order: orderOf(at("alice", "after", "pay"), at("job", "after", "nightly")),
      limits: { stepTimeoutMs: 60_000, stallMs: 60_000 },
      recordAttributes: [],
    },
    { tell: () => {}, flush: () => {}, closed: () => {} },
  );
}

async function claim(
  { session: { id: runId } }: OpenRun,
  id: number,
  { by = agent, mode = "flow" }: { readonly by?: Agent; readonly mode?: HoldMode } = {},
): Promise<void> {
  if (mode === "thread") by.isStopped = true;
  coordinator.claimed(runId, { id, actor: "job", agent: by.ref, traceId: `trace ${id}`, span: root, mode });
  await turnOfTheLoop();
}

describe("a flow whose claim came second", () => {
  const twice = { job: spanMatch("nightly"), other: spanMatch("nightly") };
  const asking = (value: number) => spanMatch("nightly", { attributes: [{ key: "tenant", value }] });

  it.each([
    ["another actor of its run", twice],
    ["an actor that asks for less", { job: asking(1), other: spanMatch("nightly", { service: "bank" }) }],
    ["an actor that asks for the very same attributes", { job: asking(1), other: asking(1) }],
  ])("begins %s that waits for such a flow", async (_, jobs) => {
    const run = open(jobs);
    const second = new Agent(coordinator, "bank");
    await claim(run, 1);
    await claim(run, 2, { by: second });
    expect(agent.of("job")).toMatchObject({ traceId: "trace 1", adopt: undefined });
    expect(second.of("other")).toMatchObject({ traceId: "trace 2", adopt: undefined });
    expect(second.released).toEqual([]);
    void coordinator.adopt(run.session.id, "other");
    await turnOfTheLoop();
    expect([agent.released, second.released]).toEqual([[], [2]]);
  });

  it("begins an actor of another run", async () => {
    const [first, later] = [open(), open()];
    await claim(first, 1);
    await claim(first, 2);
    expect(agent.rules.filter(({ actor }) => actor === "job")).toEqual([
      expect.objectContaining({ runId: first.session.id, traceId: "trace 1" }),
      expect.objectContaining({ runId: later.session.id, traceId: "trace 2" }),
    ]);
    expect(agent.released).toEqual([]);
  });

  it.each([
    ["for another span", spanMatch("hourly")],
    ["for another service", spanMatch("nightly", { service: "shop" })],
    ["for another kind", spanMatch("nightly", { kind: "consumer" })],
    ["for attributes that only its agent knows", asking(2)],
  ])("is nobody's where the other actor waits %s", async (_, other) => {
    const run = open({ job: spanMatch("nightly"), other });
    await claim(run, 1);
    await claim(run, 2);
    expect(agent.released).toEqual([2]);
    expect(agent.of("other")?.adopt).toEqual(other);
  });

  it("stops a thread in the name of the actor that it begins", async () => {
    const run = open(twice);
    await claim(run, 1);
    await claim(run, 2, { by: new Agent(coordinator, "shop"), mode: "thread" });
    expect(coordinator.frozen()).toMatchObject([{ by: "other", agent: { service: "shop" } }]);
  });
});

describe("a flow that was adopted", () => {
  it("keeps its actor once it has ended: no other one is asked for", async () => {
    const run = open();
    await claim(run, 1);
    const over = coordinator.adopt(run.session.id, "job");
    coordinator.passed(run.session.id, passed("job", "after", "nightly", { span: root, agent: agent.ref }));
    expect(await over).toBe("");
    open();
    expect(agent.of("job")).toMatchObject({ traceId: "trace 1", adopt: undefined });
  });

  it("has one root span: others, told while it was looked for, are not the actor's", async () => {
    const run = open();
    const other = passed("job", "before", "hourly", { agent: agent.ref });
    coordinator.passed(run.session.id, other);
    await claim(run, 1);
    void coordinator.adopt(run.session.id, "job");
    coordinator.passed(run.session.id, other);
    expect(run.session.isQuiet("job")).toBe(true);
    coordinator.passed(run.session.id, passed("job", "before", "nightly", { span: root, agent: agent.ref }));
    expect(run.session.isQuiet("job")).toBe(false);
    await coordinator.closeRun(run.session.id);
  });

  it("is looked for anew where it is gone before its first turn", async () => {
    const run = open();
    await claim(run, 1);
    expect(agent.of("job")?.adopt).toBeUndefined();
    coordinator.withdrawn(agent.ref, 1, "its client has closed the connection");
    expect(agent.of("job")?.adopt).toEqual(spanMatch("nightly"));
    const over = coordinator.adopt(run.session.id, "job");
    await claim(run, 2);
    expect(agent.released).toEqual([2]);
    coordinator.closeRun(run.session.id);
    expect(await over).toBe("");
  });

  it.each(["before", "after"])(
    "does not keep others waiting whose agents are asked %s its thread stops",
    async (when) => {
      const run = open();
      const other = new Agent(coordinator, "shop");
      const step = run.session.request({ type: "next" });
      if (when === "before") other.isStopped = true;
      else await claim(run, 1, { by: other, mode: "thread" });
      run.session.put({ type: "ended", actor: "alice", error: undefined, called: [] });
      if (when === "before") await claim(run, 1, { by: other, mode: "thread" });
      expect(await Promise.race([step, turnOfTheLoop()])).toMatchObject({ type: "failed" });
      coordinator.closeRun(run.session.id);
    },
  );
});
