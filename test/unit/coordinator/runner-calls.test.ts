// RunnerService without a wire, as a client in any language may call it.
import { expect, it } from "vitest";
import { Coordinator } from "../../../src/coordinator/coordinator.ts";
import { runnerCalls } from "../../../src/coordinator/runner-calls.ts";
import { orderToWire } from "../../../src/wire/runs.ts";
import { AnsweringAgent } from "../../support/answering-agent.ts";
import { at, orderOf } from "../../support/builders.ts";

it("waits as long as a timer can where it is asked to wait longer", async () => {
  const coordinator = new Coordinator();
  const calls = runnerCalls(coordinator);
  new AnsweringAgent(coordinator, "bank");
  const limits = { stepTimeoutMs: 2 ** 32 - 1, stallMs: 2 ** 32 - 1 };
  const order = orderToWire(orderOf(at("alice", "finished")));
  const { promise: runId, resolve } = Promise.withResolvers<string>();
  calls.open(
    { starters: ["alice"], adoptions: [], order, recordAttributes: [], ...limits },
    {
      onEvents: (events) => {
        for (const { event } of events) {
          if (event?.$case === "opened") resolve(event.value.runId);
          // Once a timer that waited for nothing would have gone off.
          if (event?.$case === "begin") setTimeout(() => void end(), 20);
        }
      },
      onError: () => {},
      onEnd: () => {},
    },
  );
  const end = async () => calls.endStarter({ runId: await runId, actor: "alice", error: "", called: [] });
  expect(await calls.next({ runId: await runId })).toMatchObject({ reached: [{}] });
  await calls.closeRun({ runId: await runId });
});
