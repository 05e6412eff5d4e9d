// What becomes of an actor that no starter begins, seen by the agents and by other actors.
import { beforeEach, describe, expect, it } from "vitest";
import { Coordinator, type OpenRun } from "../../../src/coordinator/coordinator.ts";
import type { ActorRules, AgentRef, HoldMode } from "../../../src/core/model.ts";
import { at, facts, orderOf, passed, spanMatch } from "../../support/builders.ts";

const turnOfTheLoop = () => new Promise(setImmediate);
const root = facts("nightly");

/** An agent that answers at once, unless its thread is stopped. */
class Agent {
  readonly ref: AgentRef;
  rules: readonly ActorRules[] = [];
  readonly released: number[] = [];
  isStopped = false;

  constructor(coordinator: Coordinator, service: string) {
    const { agents } = coordinator;
    const ref = { instance: agents.newInstance(), service, pid: 1 };
    this.ref = ref;
    agents.attach({
      ...{ ...ref, thread: 0, modes: ["flow"], versions: {}, ports: [], sendStop: () => {} },
      sendRules: (version, rules) => {
        this.rules = rules;
        queueMicrotask(() => agents.acknowledge(ref.instance, version));
      },
      sendRelease: (ids) => this.released.push(...ids),
      sendSync: (number) => queueMicrotask(() => this.isStopped || agents.synced(ref.instance, number)),
    });
  }

  of(actor: string): ActorRules | undefined {
    return this.rules.find((it) => it.actor === actor);
  }
}

let coordinator: Coordinator;
let agent: Agent;

beforeEach(() => {
  coordinator = new Coordinator();
  agent = new Agent(coordinator, "bank");
});

/** A run of alice and a nightly job. */
function open(): OpenRun {
  return coordinator.openRun(
    {
      starters: ["alice", "job"],
      adopted: [{ actor: "job", span: spanMatch("nightly") }],
      order: orderOf(at("alice", "after", "pay"), at("job", "after", "nightly")),
      limits: { stepTimeoutMs: 60_000, stallMs: 60_000 },
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
