// TLS between a coordinator and its clients, by the names that Node's tls gives its options. Every certificate and key is
// a file's path, or PEM text.
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { UsageError } from "../core/errors.js";
import { hostOf } from "./address.js";

/** How a client knows its coordinator, and shows who it is. */
export interface ClientTls {
  /** Who may have signed the coordinator's certificate; or that certificate, where it has signed itself. Node's own authorities by default. */
  readonly ca?: string | undefined;
  /** The client's certificate, for a coordinator that asks for one. */
  readonly cert?: string | undefined;
  /** The private key of `cert`. */
  readonly key?: string | undefined;
  /** The name in the coordinator's certificate; its address's host by default, `localhost` for a Unix socket. */
  readonly servername?: string | undefined;
}

/** How a coordinator shows who it is, and knows its clients. */
export interface ServerTls {
  /** The coordinator's certificate, and those between it and its authority. */
  readonly cert: string;
  /** The private key of `cert`. */
  readonly key: string;
  /** Who must have signed the certificates of clients: without one from there a client gets nothing. Nobody is asked for one by default. */
  readonly clientCa?: string;
  /** What the gateway's own services need to attach; nothing by default. */
  readonly client?: ClientTls;
}

/** A certificate or key as PEM text. @throws {UsageError} BadOption, when the file cannot be read */
export function readPem(what: string, place: string): string {
  if (isPem(place)) return place;
  try {
    // A pipe that nobody writes to would stop the process, and a device without an end fill its memory.
    const found = statSync(place);
    if (!found.isFile()) throw new Error("it is no regular file");
    if (found.size > mostBytes) throw new Error(`it has more than ${mostBytes} bytes`);
    return readFileSync(place, "utf8");
  } catch (error) {
    throw new UsageError("BadOption", `${what} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
}

/** Of a file of certificates: all that a system trusts has less. */
const mostBytes = 4 << 20;

/**
 * The same with its files read.
 * @param nameOf how a user writes an option
 * @throws {UsageError} BadOption
 */
export function readClientTls(tls: ClientTls, nameOf = (key: string) => `tls.${key}`): ClientTls {
  const { ca, cert, key, servername } = tls;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = key === undefined ? ["cert", "key"] : ["key", "cert"];
    throw new UsageError("BadOption", `${nameOf(given)} needs ${nameOf(missing)}: they go together.`);
  }
  const read = (name: "ca" | "cert" | "key", place: string | undefined) => place && readPem(nameOf(name), place);
  const found = { ca: read("ca", ca), cert: read("cert", cert), key: read("key", key) };
  checkPem(found, nameOf);
  return { ...found, servername };
}

/** The same for a process that may have another working directory. */
export function placedAnywhere(tls: ClientTls): ClientTls {
  return placedIn(resolve, tls);
}

/** @param pathOf makes a path of a path */
export function placedIn(pathOf: (path: string) => string, { ca, cert, key, servername }: ClientTls): ClientTls {
  const place = (it: string | undefined) => it && (isPem(it) ? it : pathOf(it));
  return { ca: place(ca), cert: place(cert), key: place(key), servername };
}

/**
 * OpenSSL's own words name neither the file nor what is wrong with it.
 * @param pem texts
 * @throws {UsageError} BadOption, for what is no certificate or key, or does not belong together
 */
export function checkPem(
  pem: Pick<ClientTls, "ca" | "cert" | "key">,
  nameOf: (key: "ca" | "cert" | "key") => string,
): void {
  // Loaded only where it is needed: most coordinators are reached by a Unix socket.
  const { createPrivateKey, X509Certificate } = process.getBuiltinModule("node:crypto");
  const { ca, cert, key } = pem;
  const read = <T>(make: () => T, mistake: string): T => {
    try {
      return make();
    } catch (error) {
      throw new UsageError("BadOption", mistake, { cause: error });
    }
  };
  const certificateOf = (name: "ca" | "cert", text: string) =>
    read(() => new X509Certificate(text), `${nameOf(name)} has no certificate: give one in PEM.`);
  if (ca !== undefined) certificateOf("ca", ca);
  if (cert === undefined || key === undefined) return;
  const own = certificateOf("cert", cert);
  const secret = read(
    () => createPrivateKey(key),
    `${nameOf("key")} has no private key: give one in PEM that needs no passphrase.`,
  );
  if (!own.checkPrivateKey(secret))
    throw new UsageError("BadOption", `${nameOf("key")} is the key of another certificate than ${nameOf("cert")}.`);
}

/** For `tls.connect`: nobody but the coordinator is taken, whatever NODE_TLS_REJECT_UNAUTHORIZED says. @param tls its files read */
export function connectionOptions(address: string, { ca, cert, key, servername }: ClientTls): ConnectionOptions {
  const host = servername ?? hostOf(address);
  const known = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  // An IP address is no server's name (RFC 6066); the certificate is compared with it all the same.
  return {
    ...known,
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ["h2"],
    rejectUnauthorized: true,
  };
}

const untrusted = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
]);

/** What a client's certificate meets that the coordinator does not take: no word of it. */
export const closedByTls = "it closed the connection, as it does where it takes no such certificate (cert, key)";

/** One line for people. */
export function describeTlsError(error: Error & { readonly code?: string }): string {
  const { code = "", message } = error;
  if (untrusted.has(code)) return "its certificate is not signed by an authority that is known here (ca)";
  if (code === "CERT_HAS_EXPIRED") return "its certificate has expired";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `its certificate is another host's: ${firstLine(message)}`;
  if (code === "ECONNRESET") return closedByTls;
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return "it does not speak TLS";
  // The other side's word on this one's certificate, or on its absence, which needs no more of OpenSSL's words.
  if (message.includes("certificate required")) return "it takes no such certificate, or asks for one (cert, key)";
  if (code.includes("ALERT")) return `it takes no such certificate, or asks for one (cert, key): ${firstLine(message)}`;
  return firstLine(message);
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}

function isPem(place: string): boolean {
  return place.includes("-----BEGIN ");
}
