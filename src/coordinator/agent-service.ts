// AgentService over gRPC: one AgentSession for an agent's first stream; its second joins it.
import { status } from "@grpc/grpc-js";
import { type Departure, died, lost } from "../core/departure.js";
import type { AttachRequest, Join } from "../gen/spangate/v1/agent.js";
import type { AgentServiceServer } from "../gen/spangate/v1/agent_service.js";
import type { Admission } from "./admission.js";
import { ProtocolError } from "./agent-events.js";
import { AgentSession } from "./agent-session.js";
import type { Coordinator } from "./coordinator.js";
import type { Heartbeats } from "./heartbeats.js";
import { malformed } from "./malformed.js";

type AttachCall = Parameters<AgentServiceServer["attach"]>[0];

/** What comes of a stream. */
interface StreamEvents {
  /** @throws {ProtocolError} */
  receive(request: AttachRequest): void;
  /** It is over. */
  end(departure: Departure): void;
  /** It is ended, because the agent broke the protocol. */
  refuse(reason: string): void;
}

export function agentService(coordinator: Coordinator, admit: Admission, heartbeats: Heartbeats): AgentServiceServer {
  return {
    attach: (call) => {
      const refusal = admit(call.metadata, "agent");
      if (refusal) return void call.emit("error", refusal);
      let stream: StreamEvents | undefined;
      heartbeats.watch(call, () => stream?.end(lost));
      call.on("data", (request) => {
        try {
          const refusal = malformed(request);
          if (refusal) throw new ProtocolError(refusal.code, refusal.details);
          if (request.event?.$case === "join" && !stream) {
            stream = second(coordinator, request.event.value, call);
          } else {
            stream ??= first(coordinator, call);
            stream.receive(request);
          }
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          const code = error instanceof ProtocolError ? error.code : status.INTERNAL;
          stream?.refuse(reason);
          call.emit("error", { code, details: reason });
        }
      });
      call.on("end", () => {
        stream?.end(died("its stream ended without a goodbye"));
        call.end();
      });
      call.on("cancelled", () => stream?.end(died("the connection broke")));
      call.on("error", (error: Error) => stream?.end(died(error.message)));
    },
  };
}

function first(coordinator: Coordinator, call: AttachCall): StreamEvents {
  const session = new AgentSession(coordinator, (command) => {
    call.write({ command });
    if (command.$case === "stop") call.end();
  });
  return {
    receive: (request) => session.receive(request),
    end: (departure) => session.end(departure),
    refuse: (reason) => session.end(died(reason)),
  };
}

/** @throws {ProtocolError} when no such agent is attached, the key is another's, or it has two streams already */
function second(coordinator: Coordinator, { instance, key }: Join, call: AttachCall): StreamEvents {
  const session = coordinator.agents.find(instance)?.session;
  if (!session) throw new ProtocolError(status.NOT_FOUND, `No agent "${instance}" is attached.`);
  session.join({ send: (command) => void call.write({ command }), end: () => call.end() }, key);
  return {
    receive: (request) => session.receive(request),
    end: () => session.part(),
    refuse: (reason) => session.expel(reason),
  };
}
