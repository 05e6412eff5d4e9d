// An agent without a process under test: it says what it is told to say.
import { once } from "node:events";
import { credentials, Metadata } from "@grpc/grpc-js";
import type { CoordinatorAddress } from "spangate";
import type { Arrived, AttachRequest, AttachResponse } from "../../../dist/gen/spangate/v1/agent.js";
import { AgentServiceClient } from "../../../dist/gen/spangate/v1/agent_service.js";
import { HoldMode, Phase, SpanKind } from "../../../dist/gen/spangate/v1/model.js";
import { agentToken } from "../../../dist/wire/token.js";

export interface SimulatedAgent {
  /** An arrival at the first checkpoint of its actor, before a span "work", which ends as soon as it is released. */
  arrive(id: number, runId: string, actor: string): void;
  detach(): void;
}

/** Resolves when the coordinator has welcomed it. */
export async function attachAgent(
  { address, token }: CoordinatorAddress,
  onRelease: (id: number) => void,
): Promise<SimulatedAgent> {
  const client = new AgentServiceClient(address, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
  });
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${agentToken(token)}`);
  const stream = client.attach(metadata);
  const tell = (event: AttachRequest["event"]) => void stream.write({ event, sequence: 0 });
  const held = new Map<number, Arrived>();
  const release = (id: number) => {
    const arrival = held.get(id);
    held.delete(id);
    if (arrival) tell(endOf(arrival));
    onRelease(id);
  };
  const obey = ({ command }: AttachResponse) => {
    if (command?.$case === "release") for (const id of command.value.ids) release(id);
    // Nothing is concluded about an actor before every agent has told all that it knows.
    if (command?.$case === "sync") tell({ $case: "synced", value: { number: command.value.number, shortages: [] } });
    if (command?.$case === "rules") tell({ $case: "rulesApplied", value: { version: command.value.version } });
  };
  const hello = {
    protocol: 1,
    service: "simulated",
    pid: process.pid,
    thread: 0,
    modes: [HoldMode.FLOW],
    versions: {},
  };
  tell({ $case: "hello", value: hello });
  const [{ command: welcome }] = await once(stream, "data");
  const checkpoints = new Map<string, number>();
  for (const { runId, actor, rules } of welcome.value.rules.actors)
    checkpoints.set(`${runId} ${actor}`, rules[0].checkpoint);
  stream.on("error", () => {});
  stream.on("data", obey);
  const rest = { parentSpanId: "", scope: "bench", peer: "", attributes: {}, endless: false, session: undefined };
  const span = { name: "work", kind: SpanKind.INTERNAL, ...rest };
  return {
    arrive: (id, runId, actor) => {
      const checkpoint = checkpoints.get(`${runId} ${actor}`) ?? 0;
      const spanId = id.toString(16).padStart(16, "0");
      const place = { phase: Phase.BEFORE, checkpoints: [checkpoint], span: { ...span, spanId }, mode: HoldMode.FLOW };
      const value = { id, runId, actor, traceId: "", ...place };
      held.set(id, value);
      tell({ $case: "arrived", value });
    },
    detach: () => {
      stream.end();
      client.close();
    },
  };
}

function endOf({ runId, actor, span }: Arrived): AttachRequest["event"] {
  const atMs = performance.now();
  return { $case: "passed", value: { spans: [{ runId, actor, phase: Phase.AFTER, span, atMs }], dropped: 0, atMs } };
}
