// An agent's second stream at the coordinator, by clients that keep to the protocol and by some that don't.
import { describe, expect, it } from "vitest";
import type { AttachResponse, Join } from "../../src/gen/spangate/v1/agent.ts";
import { HoldMode } from "../../src/gen/spangate/v1/model.ts";
import type { CoordinatorAddress } from "../../src/index.ts";
import { during } from "../support/normal-run.ts";
import { arrivalOf, RawAgent, status } from "../support/raw-agent.ts";

type Command = NonNullable<AttachResponse["command"]>;

const nowhere = { runId: "no run", actor: "nobody" };
const flow = { ...nowhere, mode: HoldMode.FLOW };

async function attachTwice(coordinator: CoordinatorAddress) {
  const first = await new RawAgent(coordinator).attach();
  const second = new RawAgent(coordinator);
  second.send({ $case: "join", value: joinOf(first) });
  await second.command(({ $case }) => $case === "joined");
  return { first, second };
}

function joinOf(agent: RawAgent): Join {
  const [welcome] = agent.commands;
  const { instance = "", key = "" } = welcome?.$case === "welcome" ? welcome.value : {};
  return { instance, key };
}

function releases(id: number): (command: Command) => boolean {
  return (command) => command.$case === "release" && command.value.ids.includes(id);
}

it("brings the releases of flows; those of a stopped thread and of claims come by the first", async () => {
  await during(async ({ coordinator }) => {
    const { first, second } = await attachTwice(coordinator);
    using _ = first;
    using __ = second;
    second.send(arrivalOf({ id: 1, ...flow }), 1);
    await second.command(releases(1));
    second.send(arrivalOf({ id: 2, ...nowhere, mode: HoldMode.THREAD }), 2);
    await first.command(releases(2));
    second.send(arrivalOf({ id: 3, ...flow, phase: 3, traceId: "a".repeat(32) }), 3);
    await first.command(releases(3));
  });
});

it("and the first are taken in the sequence in which the agent sent them", async () => {
  await during(async ({ coordinator }) => {
    const { first, second } = await attachTwice(coordinator);
    using _ = first;
    using __ = second;
    // Ids that do not rise are ignored, so what is released tells what was taken in which sequence.
    second.send(arrivalOf({ id: 3, ...flow }), 3);
    second.send(arrivalOf({ id: 1, ...flow }), 1);
    await second.command(releases(1));
    expect(second.commands.filter(releases(3))).toEqual([]);
    first.send(arrivalOf({ id: 2, ...flow }), 2);
    await second.command(releases(3));
    // Told by both, it counts once.
    first.send(arrivalOf({ id: 4, ...flow }), 3);
    first.send(arrivalOf({ id: 5, ...flow }), 4);
    await second.command(releases(5));
    expect(second.commands.filter(releases(4))).toEqual([]);
  });
});

it("leaves the agent as it is when it ends", async () => {
  await during(async ({ coordinator }) => {
    const { first, second } = await attachTwice(coordinator);
    using _ = first;
    second.stream.end();
    expect((await second.ended).code).toBe(status.OK);
    await first.settle(1);
  });
});

it("ends with the first", async () => {
  await during(async ({ coordinator }) => {
    const { first, second } = await attachTwice(coordinator);
    first.stream.end();
    expect((await second.ended).code).toBe(status.OK);
  });
});

describe("refuses with a status", () => {
  it.each(["", "0", "999", "__proto__"])("to join an agent that is not there: %j", async (instance) => {
    await during(async ({ coordinator }) => {
      using second = new RawAgent(coordinator);
      second.send({ $case: "join", value: { instance, key: "" } });
      expect((await second.ended).code).toBe(status.NOT_FOUND);
    });
  });

  it("a third stream, and goes on with the two", async () => {
    await during(async ({ coordinator }) => {
      const { first, second } = await attachTwice(coordinator);
      using _ = first;
      using __ = second;
      using third = new RawAgent(coordinator);
      third.send({ $case: "join", value: joinOf(first) });
      expect((await third.ended).code).toBe(status.INVALID_ARGUMENT);
      second.send(arrivalOf({ id: 1, ...flow }), 1);
      await second.command(releases(1));
    });
  });

  it("Join behind Hello", async () => {
    await during(async ({ coordinator }) => {
      using agent = await new RawAgent(coordinator).attach();
      agent.send({ $case: "join", value: joinOf(agent) });
      expect((await agent.ended).code).toBe(status.INVALID_ARGUMENT);
    });
  });

  it("what breaks the protocol on it, and ends both", async () => {
    await during(async ({ coordinator }) => {
      const { first, second } = await attachTwice(coordinator);
      second.send(arrivalOf({ id: 1, ...flow, phase: 77 }), 1);
      expect((await second.ended).code).toBe(status.INVALID_ARGUMENT);
      expect((await first.ended).code).toBe(status.OK);
      expect(first.commands.at(-1)?.$case).toBe("stop");
    });
  });

  it("more events than a missing one may keep waiting", async () => {
    await during(async ({ coordinator }) => {
      const { first, second } = await attachTwice(coordinator);
      for (let at = 2; at < 10_010; at += 1) second.send(arrivalOf({ id: at, ...flow }), at);
      expect((await second.ended).code).toBe(status.RESOURCE_EXHAUSTED);
      expect((await first.ended).code).toBe(status.OK);
    });
  });
});

it("is joined by its own agent alone: no other knows the key", async () => {
  await during(async ({ coordinator }) => {
    using first = await new RawAgent(coordinator).attach();
    using other = await new RawAgent(coordinator).attach();
    const { instance, key } = joinOf(first);
    expect(key).toMatch(/^[\w-]{16}$/);
    for (const guess of ["", joinOf(other).key, key.slice(1), `${key}=`]) {
      using stranger = new RawAgent(coordinator);
      stranger.send({ $case: "join", value: { instance, key: guess } });
      expect((await stranger.ended).code).toBe(status.NOT_FOUND);
    }
    using own = new RawAgent(coordinator);
    own.send({ $case: "join", value: { instance, key } });
    await own.command(({ $case }) => $case === "joined");
  });
});
