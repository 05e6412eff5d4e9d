// The coordinator as a gRPC server: both services, health and reflection.
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { EnvironmentError } from "../core/errors.js";
import type { LockProbe } from "../core/lock-probe.js";
import { AgentServiceService } from "../gen/spangate/v1/agent_service.js";
import { RunnerServiceService } from "../gen/spangate/v1/runner.js";
import { agentService } from "./agent-service.js";
import { AgentSession } from "./agent-session.js";
import { Coordinator } from "./coordinator.js";
import { Door } from "./door.js";
import { addReflection } from "./reflection.js";
import { type RunnerCalls, runnerCalls } from "./runner-calls.js";
import { runnerService } from "./runner-service.js";
import type { Command } from "./second-stream.js";
import { shutdown } from "./shutdown.js";

export interface ServeOptions {
  /** `unix:PATH`, or `HOST:PORT` with a loopback host; port 0 takes a free one. */
  readonly listen: string;
  /** What every call must carry. */
  readonly token: string;
  /** Ways to ask databases who waits for whom; connected. */
  readonly probes?: readonly LockProbe[];
}

/** A running coordinator. */
export interface CoordinatorServer {
  /** Where it can be reached: `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  /** RunnerService for a runner in this very process, without a wire between. */
  readonly runners: RunnerCalls;
  /** A session of an agent in this very process, without a wire between. */
  attach(send: (command: Command) => void): AgentSession;
  /** Ends all runs, lets everything go, tells the agents, closes the server. */
  close(): Promise<void>;
}

/** @throws {EnvironmentError} when the address cannot be listened on. */
export async function serveCoordinator({ listen, token, probes = [] }: ServeOptions): Promise<CoordinatorServer> {
  const coordinator = new Coordinator(probes);
  const runners = runnerCalls(coordinator);
  const server = new GrpcServer({ "grpc.max_receive_message_length": 1 << 20, "grpc.enable_channelz": 0 });
  const health = new HealthImplementation({
    "": "SERVING",
    "spangate.v1.AgentService": "SERVING",
    "spangate.v1.RunnerService": "SERVING",
  });
  server.addService(AgentServiceService, agentService(coordinator, token));
  server.addService(RunnerServiceService, runnerService(runners, token));
  health.addToServer(server);
  addReflection(server);
  const { injectConnection } = server.createConnectionInjector(ServerCredentials.createInsecure());
  const door = await Door.open(listen, injectConnection).catch((error: unknown) => {
    throw unreachable(listen, error);
  });
  return {
    address: listen.startsWith("unix:") ? listen : listen.replace(/:\d+$/, `:${door.port}`),
    runners,
    attach: (send) => new AgentSession(coordinator, send),
    close: async () => {
      coordinator.closeAll("the gateway was closed");
      await shutdown(server, door);
    },
  };
}

function unreachable(address: string, error: unknown): EnvironmentError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EnvironmentError("CoordinatorUnreachable", `The coordinator cannot listen on ${address}: ${reason}`, {
    cause: error,
  });
}
