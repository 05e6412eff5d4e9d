// TLS as grpc-js takes it.

import { createSecureContext } from "node:tls";
import { ServerCredentials } from "@grpc/grpc-js";
import { UsageError } from "../core/errors.js";
import { readPem, type ServerTls } from "../wire/tls.js";

/** @throws {UsageError} BadOption, for what cannot be read or does not fit together */
export function serverCredentials(tls: ServerTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const cert = readPem("tls.cert", tls.cert);
  const key = readPem("tls.key", tls.key);
  const ca = tls.clientCa === undefined ? undefined : readPem("tls.clientCa", tls.clientCa);
  try {
    createSecureContext({ cert, key, ...(ca !== undefined && { ca }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError("BadOption", `tls.cert, tls.key and tls.clientCa make no TLS: ${reason}.`, { cause: error });
  }
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
  return ServerCredentials.createSsl(ca === undefined ? null : Buffer.from(ca), [pair], ca !== undefined);
}
