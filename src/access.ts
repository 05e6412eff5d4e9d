// A gateway's coordinator: one of its own in this process, or one that runs elsewhere.
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type CoordinatorServer, serveCoordinator } from "./coordinator/server.js";
import type { LockProbe } from "./core/lock-probe.js";
import { makeOwnFolder } from "./own-folder.js";
import { closeProbes, openProbes } from "./probes/open.js";
import type { CoordinatorAddress } from "./runner/client.js";
import { connectRunner } from "./runner/grpc-runner.js";
import { localRunner } from "./runner/local-runner.js";
import type { UiServer } from "./ui/server.js";
import { hereAgent } from "./wire/here.js";
import type { RunnerPort } from "./wire/runner-port.js";
import { placedAnywhere, readClientTls, type ServerTls } from "./wire/tls.js";

/** A coordinator, and the way to it. */
export interface Access {
  readonly coordinator: CoordinatorAddress;
  readonly port: RunnerPort;
  /** Of one in this process. */
  readonly attach?: CoordinatorServer["attach"];
  /** The page's address, with the token behind #, where one is served. */
  readonly ui?: string;
  close(): Promise<void>;
}

/** The interactive page of an own coordinator. */
export interface UiOptions {
  /** A loopback `HOST:PORT`; a free port of 127.0.0.1 by default. */
  readonly listen?: string;
  /** Begins with steps by hand: each waits for a button of the page. */
  readonly step?: boolean;
}

/** Where an own coordinator is reached, and how it is guarded. */
export interface Listening {
  readonly ui?: UiOptions | undefined;
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
  { listen, tls, insecure, ui }: Listening,
  probes: readonly LockProbe[],
): Promise<Access> {
  const client = tls && placedAnywhere(tls.client ?? {});
  // Told now, and not by every service that cannot attach.
  if (client) readClientTls(client, (key) => `tls.client.${key}`);
  const agent = hereAgent();
  const token = randomBytes(24).toString("base64url");
  const folder = listen === undefined && process.platform !== "win32" ? await makeOwnFolder() : undefined;
  const address = listen ?? (folder ? `unix:${join(folder, "coordinator.sock")}` : "127.0.0.1:0");
  // Also when the test ends without closing its gateway.
  const tidy = () => folder && rmSync(folder, { recursive: true, force: true });
  const open = await openProbes(probes, (action) => (agent ? agent.apart(action) : action())).catch(
    (error: unknown) => {
      tidy();
      throw error;
    },
  );
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
  const page =
    ui &&
    (await openUi(ui, server, token).catch(async (error: unknown) => {
      await server.close();
      await end();
      throw error;
    }));
  return {
    ...(page && { ui: `${page.url}#token=${token}` }),
    coordinator: { address: server.address, token, ...(client && { tls: client }), ...(insecure && { insecure }) },
    port: localRunner(server.runners),
    attach: (send) => server.attach(send),
    close: async () => {
      await page?.close();
      await server.close();
      await end();
    },
  };
}

async function openUi(
  { listen = "127.0.0.1:0", step = false }: UiOptions,
  { runners }: CoordinatorServer,
  token: string,
): Promise<UiServer> {
  // Loaded only here: few gateways have a page.
  const { serveUi } = await import("./ui/server.js");
  const page = await serveUi({ listen, token, calls: runners });
  if (step) await runners.stepByHand({ on: true });
  return page;
}
