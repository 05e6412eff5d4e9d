// AgentService over gRPC: one AgentSession a stream.
import { status } from "@grpc/grpc-js";
import type { AgentServiceServer } from "../gen/spangate/v1/agent_service.js";
import { hasToken } from "../wire/token.js";
import { AgentSession, ProtocolError } from "./agent-session.js";
import type { Coordinator } from "./coordinator.js";
import { refusal } from "./refusal.js";

export function agentService(coordinator: Coordinator, token: string): AgentServiceServer {
  return {
    attach: (call) => {
      if (!hasToken(call.metadata, token)) return void call.emit("error", refusal);
      const session = new AgentSession(coordinator, (command) => {
        call.write({ command });
        if (command.$case === "stop") call.end();
      });
      const fail = (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        const code = error instanceof ProtocolError ? error.code : status.INTERNAL;
        session.end(reason);
        call.emit("error", { code, details: reason });
      };
      call.on("data", (event) => {
        try {
          session.receive(event);
        } catch (error) {
          fail(error);
        }
      });
      call.on("end", () => {
        session.end("its stream ended without a goodbye");
        call.end();
      });
      call.on("cancelled", () => session.end("the connection broke"));
      call.on("error", (error: Error) => session.end(error.message));
    },
  };
}
