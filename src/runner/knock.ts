// Is there anybody? In words that say why not.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { EnvironmentError } from "../core/errors.js";
import { socketOptions } from "../wire/address.js";
import type { CoordinatorAddress } from "./client.js";

/** How HTTP/2 begins (RFC 9113): the client's preface, and settings that change nothing. */
const greeting = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
/** The first byte of TLS's alert. */
const alert = 0x15;

/**
 * Connects, and goes: gRPC would try again for the whole time, and not say why it failed.
 * @param limitMs how long a connection, and then an answer, is waited for; where nobody listens that is told at once
 * @throws {EnvironmentError} CoordinatorUnreachable; Refused, where it speaks TLS and this is a plain connection
 */
export async function knock({ address, tls }: CoordinatorAddress, limitMs: number): Promise<void> {
  const connection = connect(socketOptions(address));
  try {
    // Of a machine that is switched off nobody tells anything.
    connection.setTimeout(limitMs, () => connection.destroy(new Error(`no connection within ${limitMs} ms`)));
    await once(connection, "connect");
    if (!tls && (await speaksTls(connection, limitMs)))
      throw new EnvironmentError(
        "Refused",
        `The coordinator at ${address} takes no plain connection, as one does not that speaks TLS. Give --tls-ca FILE, or set SPANGATE_TLS_CA: the certificate of who has signed its own.`,
      );
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(
      "CoordinatorUnreachable",
      `No coordinator answers at ${address}: ${reason}. Is it still running? \`spangate serve\` starts one.`,
      { cause: error },
    );
  } finally {
    connection.destroy();
  }
}

/** One that does not answer at all is no reason to say so. */
async function speaksTls(connection: Socket, limitMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  connection.on("data", (bytes: Buffer) => resolve(bytes[0] === alert));
  connection.on("error", () => resolve(true));
  connection.on("close", () => resolve(true));
  connection.removeAllListeners("timeout").setTimeout(limitMs, () => resolve(false));
  connection.write(greeting);
  return await promise;
}
