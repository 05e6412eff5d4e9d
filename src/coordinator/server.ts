// The coordinator as a gRPC server: both services, health and reflection.
import type { Socket } from "node:net";
import { Server as GrpcServer } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { EnvironmentError, UsageError } from "../core/errors.js";
import { coordinatorLimits } from "../core/limits.js";
import type { LockProbe } from "../core/lock-probe.js";
import { AgentServiceService } from "../gen/spangate/v1/agent_service.js";
import { RunnerServiceService } from "../gen/spangate/v1/runner.js";
import { isAddress, isOfThisMachine, reachable } from "../wire/address.js";
import type { ServerTls } from "../wire/tls.js";
import { admission } from "./admission.js";
import { agentService } from "./agent-service.js";
import { AgentSession } from "./agent-session.js";
import { Coordinator } from "./coordinator.js";
import { Door } from "./door.js";
import { Heartbeats } from "./heartbeats.js";
import { handingOn } from "./malformed.js";
import { addReflection } from "./reflection.js";
import { type RunnerCalls, runnerCalls } from "./runner-calls.js";
import { runnerService } from "./runner-service.js";
import type { Command } from "./second-stream.js";
import { serverCredentials } from "./server-credentials.js";
import { shutdown } from "./shutdown.js";

export interface ServeOptions {
  /** `unix:PATH` or `HOST:PORT`; port 0 takes a free one. */
  readonly listen: string;
  /** The gateway's secret: what calls of RunnerService carry. Agents carry one that is made of it. */
  readonly token: string;
  /** Beyond this machine it is needed, unless `insecure`. */
  readonly tls?: ServerTls | undefined;
  /** Lets it listen beyond this machine without TLS. */
  readonly insecure?: boolean | undefined;
  /** Ways to ask databases who waits for whom; connected. */
  readonly probes?: readonly LockProbe[];
}

/** A running coordinator. */
export interface CoordinatorServer {
  /** Where this machine reaches it: `unix:PATH` or `HOST:PORT`. */
  readonly address: string;
  /** RunnerService for a runner in this very process, without a wire between. */
  readonly runners: RunnerCalls;
  /** A session of an agent in this very process, without a wire between. */
  attach(send: (command: Command) => void): AgentSession;
  /** Ends all runs, lets everything go, tells the agents, closes the server. */
  close(): Promise<void>;
}

/**
 * @throws {UsageError} BadOption, for an empty token, an address beyond this machine without TLS, certificates that do not fit
 * @throws {EnvironmentError} when the address cannot be listened on
 */
export async function serveCoordinator(options: ServeOptions): Promise<CoordinatorServer> {
  const { listen, token, tls, insecure = false, probes = [] } = options;
  checkListening(listen, tls !== undefined || insecure);
  if (token === "") throw new UsageError("BadOption", "A coordinator needs a token that is not empty.");
  const coordinator = new Coordinator(probes);
  const runners = runnerCalls(coordinator);
  const admit = admission(token);
  const server = new GrpcServer({
    "grpc.max_receive_message_length": coordinatorLimits.message,
    "grpc.max_concurrent_streams": coordinatorLimits.streams,
    "grpc.enable_channelz": 0,
  });
  const health = new HealthImplementation({
    "": "SERVING",
    "spangate.v1.AgentService": "SERVING",
    "spangate.v1.RunnerService": "SERVING",
  });
  const heartbeats = new Heartbeats();
  server.addService(handingOn(AgentServiceService), agentService(coordinator, admit, heartbeats));
  server.addService(handingOn(RunnerServiceService), runnerService(runners, admit, heartbeats));
  health.addToServer(server);
  addReflection(server, admit);
  const { injectConnection } = server.createConnectionInjector(serverCredentials(tls));
  const enter = (connection: Socket) => {
    heartbeats.add(connection);
    injectConnection(connection);
  };
  const door = await Door.open(listen, enter).catch((error: unknown) => {
    throw unreachable(listen, error);
  });
  return {
    address: listen.startsWith("unix:") ? listen : reachable(listen.replace(/:\d+$/, `:${door.port}`)),
    runners,
    attach: (send) => new AgentSession(coordinator, send),
    close: async () => {
      coordinator.closeAll("the gateway was closed");
      await shutdown(server, door);
    },
  };
}

/** @throws {UsageError} */
function checkListening(address: string, isMeant: boolean): void {
  if (!isAddress(address))
    throw new UsageError("BadOption", `"${address}" is neither unix:PATH nor HOST:PORT, such as 127.0.0.1:0.`);
  if (isMeant || isOfThisMachine(address)) return;
  throw new UsageError(
    "BadOption",
    `"${address}" is beyond this machine, and whoever sees plain TCP can stop the services. Listen at 127.0.0.1:0, give tls: { cert, key }, or insecure: true where the network itself is trusted.`,
  );
}

function unreachable(address: string, error: unknown): EnvironmentError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EnvironmentError("CoordinatorUnreachable", `The coordinator cannot listen on ${address}: ${reason}`, {
    cause: error,
  });
}
