// The end of an agent with two streams, whichever is read first.
import { beforeEach, expect, it, vi } from "vitest";
import { AgentSession } from "../../../src/coordinator/agent-session.ts";
import { Coordinator } from "../../../src/coordinator/coordinator.ts";
import { type Departure, died, inOrder } from "../../../src/core/departure.ts";
import { coordinatorLimits } from "../../../src/core/limits.ts";
import { helloOf, status } from "../../support/raw-agent.ts";

let session: AgentSession;
const detached = vi.fn<(departure: Departure) => void>();

beforeEach(() => {
  detached.mockClear();
  const coordinator = new Coordinator();
  vi.spyOn(coordinator, "detached").mockImplementation((_, departure) => detached(departure));
  let key = "";
  session = new AgentSession(coordinator, (command) => {
    if (command.$case === "welcome") key = command.value.key;
  });
  session.receive({ event: { $case: "hello", value: helloOf("bank") } });
  session.join({ send: () => {}, end: () => {} }, key);
});

const listening = { event: { $case: "listening", value: { port: 1 } }, sequence: 1 } as const;
const goodbye = { event: { $case: "goodbye", value: { exitCode: 3 } }, sequence: 2 } as const;

it("is in order when Goodbye and the end of the first are read before what the second has brought", () => {
  session.receive(goodbye);
  session.end(died("its stream ended without a goodbye"));
  expect(detached).not.toHaveBeenCalled();
  session.receive(listening);
  session.part();
  expect(detached.mock.calls).toEqual([[inOrder(3)]]);
});

it("is in order when the second has ended before", () => {
  session.receive(listening);
  session.part();
  session.receive(goodbye);
  session.end(died("its stream ended without a goodbye"));
  expect(detached.mock.calls).toEqual([[inOrder(3)]]);
});

it("is a death without Goodbye, when both have ended", () => {
  session.end(died("the connection broke"));
  session.receive(listening);
  expect(detached).not.toHaveBeenCalled();
  session.part();
  expect(detached.mock.calls).toEqual([[died("the connection broke")]]);
});

it("is a death soon, though the second does not end", async () => {
  session.end(died("the connection broke"));
  await vi.waitUntil(() => detached.mock.calls.length > 0, 5_000);
  expect(detached.mock.calls).toEqual([[died("the connection broke")]]);
});

it("is refused where as many agents are attached as the coordinator takes, until one leaves", () => {
  const coordinator = new Coordinator();
  const attach = () => {
    const one = new AgentSession(coordinator, () => {});
    one.receive({ event: { $case: "hello", value: helloOf("bank") } });
    return one;
  };
  const [first] = Array.from({ length: coordinatorLimits.agents }, attach);
  expect(attach).toThrow(expect.objectContaining({ code: status.RESOURCE_EXHAUSTED }));
  first?.end(died("the connection broke"));
  attach();
  expect(coordinator.agents.all).toHaveLength(coordinatorLimits.agents);
});
