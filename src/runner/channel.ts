// How a runner reaches a coordinator in another process: plainly on this machine, by TLS beyond it.

import { isIP } from "node:net";
import { checkServerIdentity, connect, createSecureContext } from "node:tls";
import { type ChannelCredentials, type ChannelOptions, credentials } from "@grpc/grpc-js";
import { EnvironmentError, UsageError } from "../core/errors.js";
import { pingMs, silentPings } from "../core/silence.js";
import { clearTimeout, setTimeout } from "../real-time.js";
import { hostOf, isOfThisMachine, socketOptions } from "../wire/address.js";
import { type ClientTls, closedByTls, connectionOptions, describeTlsError, readClientTls } from "../wire/tls.js";
import type { CoordinatorAddress } from "./client.js";

/** What a grpc-js client is made with. */
export interface Channel {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
}

/**
 * @param limitMs how long its handshake may take, in milliseconds
 * @throws {UsageError} BadOption, for another machine without TLS, or certificates that cannot be read
 * @throws {EnvironmentError} Refused, when one side does not take the other's certificate
 */
export async function channelTo(
  { address, tls, insecure = false }: CoordinatorAddress,
  limitMs: number,
): Promise<Channel> {
  if (!tls) {
    if (insecure || isOfThisMachine(address))
      return { credentials: credentials.createInsecure(), options: pingsOf(address) };
    throw new UsageError(
      "BadOption",
      `The coordinator at ${address} is on another machine, and whoever sees plain TCP can stop the services. Give tls: { ca }, or insecure: true where the network itself is trusted.`,
    );
  }
  const read = readClientTls(tls, (key) => `connect.tls.${key}`);
  const mistake = await handshakeMistake(address, read, limitMs);
  if (mistake !== undefined)
    throw new EnvironmentError("Refused", `No TLS with the coordinator at ${address}: ${mistake}.`);
  return secureChannel(address, read);
}

function secureChannel(address: string, { ca, cert, key, servername }: ClientTls): Channel {
  const host = servername ?? hostOf(address);
  const context = createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  const checked = {
    rejectUnauthorized: true,
    checkServerIdentity: (_: string, found: Certificate) => checkServerIdentity(host, found),
  };
  return {
    credentials: credentials.createFromSecureContext(context, checked),
    // What the server is asked for; an IP address is no server's name.
    options: { "grpc.ssl_target_name_override": isIP(host) === 0 ? host : "localhost", ...pingsOf(address) },
  };
}

/** Whether a link to there has to be asked if it is still there: on one machine the system tells every end. */
export function isPinged(address: string): boolean {
  return !isOfThisMachine(address);
}

function pingsOf(address: string): ChannelOptions {
  if (!isPinged(address)) return {};
  return {
    "grpc.keepalive_time_ms": pingMs,
    "grpc.keepalive_timeout_ms": pingMs * (silentPings - 1),
    // The coordinator counts on them.
    "grpc.keepalive_permit_without_calls": 1,
  };
}

type Certificate = Parameters<typeof checkServerIdentity>[1];

// grpc-js tries on and on, and tells nobody why. The coordinator speaks first once it has taken a client.
async function handshakeMistake(address: string, tls: ClientTls, limitMs: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ ...connectionOptions(address, tls), ...socketOptions(address) });
  const timer = setTimeout(() => resolve(undefined), limitMs);
  socket.on("data", () => resolve(undefined));
  // Nobody is there yet: grpc-js waits.
  socket.on("error", (error: Error & { syscall?: string }) =>
    resolve(error.syscall === "connect" ? undefined : describeTlsError(error)),
  );
  socket.on("close", () => resolve(closedByTls));
  const mistake = await promise;
  clearTimeout(timer);
  socket.destroy();
  return mistake;
}
