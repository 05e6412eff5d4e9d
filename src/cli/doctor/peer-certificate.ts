// The certificate that a coordinator shows, whether it is a good one or not.
import { connect } from "node:tls";
import { clearTimeout, setTimeout } from "../../real-time.js";
import { socketOptions } from "../../wire/address.js";
import { type ClientTls, connectionOptions } from "../../wire/tls.js";

export interface Peer {
  /** Why nobody here takes it. */
  readonly mistake: "expired" | "otherHost" | "untrusted" | undefined;
  /** Of hosts, as the certificate bears them. */
  readonly names: string;
  readonly validTo: Date;
}

const limitMs = 5_000;

/**
 * Greets the coordinator and sends it nothing.
 * @param tls its files read
 * @returns `undefined` where nobody answers, or not by TLS
 */
export async function peerOf(address: string, tls: ClientTls): Promise<Peer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Peer | undefined>();
  // It may be a bad one: this is about to tell why.
  const options = { ...connectionOptions(address, tls), ...socketOptions(address), rejectUnauthorized: false };
  const socket = connect(options, () => {
    const found = socket.getPeerX509Certificate();
    // A string, whatever the types say.
    const error = String(socket.authorizationError ?? "");
    resolve(
      found && {
        mistake: mistakeOf(error),
        names: found.subjectAltName ?? found.subject,
        validTo: found.validToDate,
      },
    );
  });
  socket.on("error", () => resolve(undefined));
  const timer = setTimeout(() => resolve(undefined), limitMs);
  const peer = await promise;
  clearTimeout(timer);
  socket.destroy();
  return peer;
}

function mistakeOf(error: string): Peer["mistake"] {
  if (error === "") return undefined;
  if (error.includes("CERT_HAS_EXPIRED")) return "expired";
  return error.includes("ALTNAME") ? "otherHost" : "untrusted";
}
