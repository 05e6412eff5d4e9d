// A coordinator that answers still, but has lost the run's stream.
import { Metadata, status } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import type { RunEvent } from "../../../src/gen/spangate/v1/runner.ts";
import { CoordinatorClient } from "../../../src/runner/client.ts";
import { Gateway } from "../../../src/runner/gateway.ts";
import { failureToStatus } from "../../../src/wire/failure.ts";
import type { RunListener, RunnerPort } from "../../../src/wire/runner-port.ts";
import { failureOf } from "../../support/failures.ts";

it("tells what broke the stream, and not that its run is unknown", async () => {
  let listener: RunListener | undefined;
  const port = {
    open: (_: unknown, it: RunListener) => {
      listener = it;
      const opened = { $case: "opened", value: { runId: "1", identities: [] } } satisfies RunEvent["event"];
      it.onEvents([{ sequence: 1, atMs: 0, event: opened }]);
      return () => {};
    },
    next: async () => {
      listener?.onError({ code: status.UNAVAILABLE, details: "nothing was heard of it", metadata: new Metadata() });
      throw failureToStatus({ code: "RunnerEnded", message: "No such run.", actor: undefined }, status.NOT_FOUND);
    },
    closeRun: async () => ({}),
  } as unknown as RunnerPort;
  const client = new CoordinatorClient("host:1", port);
  const gateway = new Gateway(client, { address: "host:1", token: "token" }, {}, async () => {});
  const alice = gateway.starter("alice", () => {});
  const runner = gateway.runner([alice], [alice.finished]);
  expect(await failureOf(runner.next())).toMatchObject({
    code: "CoordinatorGone",
    message: expect.stringContaining("nothing was heard of it"),
  });
  await gateway.close();
});
