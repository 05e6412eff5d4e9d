// Streams of RunnerService: the end of a link that nobody tells is found out for each of them.
import { EventEmitter } from "node:events";
import { Metadata } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { Coordinator } from "../../../src/coordinator/coordinator.ts";
import type { Heartbeats } from "../../../src/coordinator/heartbeats.ts";
import { runnerCalls } from "../../../src/coordinator/runner-calls.ts";
import { runnerService } from "../../../src/coordinator/runner-service.ts";
import { at } from "../../support/builders.ts";
import { openRequest } from "../../support/run-client.ts";

class Call extends EventEmitter {
  readonly metadata = new Metadata();
  readonly request: unknown;

  constructor(request: unknown) {
    super();
    this.request = request;
    this.on("error", () => {});
  }

  sendMetadata(): void {}
  write(): void {}
  end(): void {}
}

it.each([
  ["open", openRequest(["alice"], [at("alice", "finished")])],
  ["watch", {}],
  ["discover", { values: [] }],
  ["follow", { runId: "" }],
] as const)("notices that the link of %s is silent", (method, request) => {
  const watched: unknown[] = [];
  const heartbeats = { watch: (call: unknown) => watched.push(call) } as unknown as Heartbeats;
  const coordinator = new Coordinator();
  const service = runnerService(runnerCalls(coordinator), () => undefined, heartbeats);
  const call = new Call(request);
  (service[method] as (call: unknown) => void)(call);
  expect(watched).toEqual([call]);
  coordinator.closeAll("its test is over");
});
