// A gateway's coordinator: one of its own in this process, or one that runs elsewhere.
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CoordinatorServer, serveCoordinator } from "./coordinator/server.js";
import type { LockProbe } from "./core/lock-probe.js";
import { closeProbes, openProbes } from "./probes/open.js";
import type { CoordinatorAddress } from "./runner/client.js";
import { connectRunner } from "./runner/grpc-runner.js";
import { localRunner } from "./runner/local-runner.js";
import { hereAgent } from "./wire/here.js";
import type { RunnerPort } from "./wire/runner-port.js";
import { placedAnywhere, readClientTls, type ServerTls } from "./wire/tls.js";

/** A coordinator, and the way to it. */
export interface Access {
  readonly coordinator: CoordinatorAddress;
  readonly port: RunnerPort;
  /** Of one in this process. */
  readonly attach?: CoordinatorServer["attach"];
  close(): Promise<void>;
}

/** Where an own coordinator is reached, and how it is guarded. */
export interface Listening {
  readonly listen?: string | undefined;
  readonly tls?: ServerTls | undefined;
  readonly insecure?: boolean | undefined;
}

/** @throws {SpangateError} as `connectRunner` does */
export async function otherCoordinator(coordinator: CoordinatorAddress, timeoutMs: number): Promise<Access> {
  const { port, close } = await connectRunner(coordinator, timeoutMs);
  return { coordinator, port, close: async () => close() };
}

/** @throws {SpangateError} as `serveCoordinator` and the probes do */
export async function ownCoordinator(
  { listen, tls, insecure }: Listening,
  probes: readonly LockProbe[],
): Promise<Access> {
  const client = tls && placedAnywhere(tls.client ?? {});
  // Told now, and not by every service that cannot attach.
  if (client) readClientTls(client, (key) => `tls.client.${key}`);
  const agent = hereAgent();
  const open = await openProbes(probes, (action) => (agent ? agent.apart(action) : action()));
  const token = randomBytes(24).toString("base64url");
  const folder =
    listen === undefined && process.platform !== "win32" ? await mkdtemp(join(tmpdir(), "spangate-")) : undefined;
  const address = listen ?? (folder ? `unix:${join(folder, "coordinator.sock")}` : "127.0.0.1:0");
  // Also when the test ends without closing its gateway.
  const tidy = () => folder && rmSync(folder, { recursive: true, force: true });
  process.once("exit", tidy);
  const end = async () => {
    await closeProbes(probes);
    tidy();
    process.off("exit", tidy);
  };
  const server = await serveCoordinator({ listen: address, token, tls, insecure, probes: open }).catch(
    async (error: unknown) => {
      await end();
      throw error;
    },
  );
  return {
    coordinator: { address: server.address, token, ...(client && { tls: client }), ...(insecure && { insecure }) },
    port: localRunner(server.runners),
    attach: (send) => server.attach(send),
    close: async () => {
      await server.close();
      await end();
    },
  };
}
