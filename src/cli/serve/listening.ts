// Where serve listens, and how its door is guarded.
import { X509Certificate } from "node:crypto";
import { join, resolve } from "node:path";
import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import { isAddress, isOfThisMachine, socketOptions } from "../../wire/address.js";
import { checkPem, readPem, type ServerTls } from "../../wire/tls.js";
import { clearStaleSocket } from "./stale-socket.js";

export interface ListeningOptions {
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly insecure?: boolean;
}

export const listeningOptions: readonly Option[] = [
  new Option(
    "--listen <address>",
    "unix:PATH, or HOST:PORT, beyond this machine by TLS; port 0 takes a free one (default: a socket in a private folder)",
  ),
  new Option("--tls-cert <file>", "speak TLS: the certificate, in PEM"),
  new Option("--tls-key <file>", "its private key"),
  new Option("--tls-client-ca <file>", "mutual TLS: who must have signed the certificates of clients"),
  new Option("--insecure", "listen beyond this machine without TLS, in a network that is trusted"),
];

/** @throws {UsageError} BadOption, for an address beyond this machine that nothing guards */
export function checkListen({ listen, tlsCert, insecure = false }: ListeningOptions): void {
  if (listen !== undefined && !isAddress(listen))
    throw new UsageError(
      "BadOption",
      `--listen: "${listen}" is no address: give unix:PATH, or HOST:PORT such as 127.0.0.1:0.`,
    );
  if (listen === undefined || tlsCert !== undefined || insecure || isOfThisMachine(listen)) return;
  throw new UsageError(
    "BadOption",
    `--listen: "${listen}" is not unix:PATH or a loopback HOST:PORT such as 127.0.0.1:0. Whoever reaches the coordinator can stop the services. Give --tls-cert and --tls-key, or --insecure where the network itself is trusted.`,
  );
}

/** @throws {UsageError} BadOption, for files that cannot be read or make no TLS that a client would take */
export function serverTlsOf({ tlsCert, tlsKey, tlsClientCa }: ListeningOptions, cwd: string): ServerTls | undefined {
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new UsageError("BadOption", "TLS needs --tls-cert and --tls-key; one of them is missing.");
  const read = (option: string, file: string) => readPem(option, resolve(cwd, file));
  const cert = read("--tls-cert", tlsCert);
  const key = read("--tls-key", tlsKey);
  const clientCa = tlsClientCa === undefined ? undefined : read("--tls-client-ca", tlsClientCa);
  checkPem({ ca: clientCa, cert, key }, (it) => (it === "ca" ? "--tls-client-ca" : `--tls-${it}`));
  const { validToDate } = new X509Certificate(cert);
  if (validToDate.getTime() < Date.now())
    throw new UsageError(
      "BadOption",
      `--tls-cert: the certificate has expired on ${validToDate.toISOString().slice(0, 10)}, and no client takes it. Make a new one.`,
    );
  return { cert, key, ...(clientCa !== undefined && { clientCa }) };
}

/** @param folder a private one, for the socket where nothing else is said */
export async function addressOf(listen: string | undefined, folder: string, cwd: string): Promise<string> {
  if (listen === undefined)
    return process.platform === "win32" ? "127.0.0.1:0" : `unix:${join(folder, "coordinator.sock")}`;
  const place = socketOptions(listen);
  if (!("path" in place)) return listen;
  // Told as a whole: whoever connects may be in another folder.
  const path = resolve(cwd, place.path);
  await clearStaleSocket(path);
  return `unix:${path}`;
}
