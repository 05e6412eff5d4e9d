// How a command knows its coordinator by TLS: by its options, or by the variables that agents know too.
import { resolve } from "node:path";
import { Option } from "commander";
import { type ClientTls, placedIn, readClientTls } from "../wire/tls.js";
import type { Surroundings } from "./surroundings.js";

export interface TlsOptions {
  readonly tls?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsServername?: string;
  readonly insecure?: boolean;
}

export const clientTlsOptions: readonly Option[] = [
  new Option("--tls-ca <file>", "by TLS: who has signed the coordinator's certificate; else $SPANGATE_TLS_CA"),
  new Option("--tls-cert <file>", "by mutual TLS: the own certificate; else $SPANGATE_TLS_CERT"),
  new Option("--tls-key <file>", "its private key; else $SPANGATE_TLS_KEY"),
  new Option(
    "--tls-servername <name>",
    "the name in the coordinator's certificate, where its address is another; else $SPANGATE_TLS_SERVERNAME",
  ),
  new Option("--tls", "by TLS, with the authorities that Node trusts; else $SPANGATE_TLS=1"),
  new Option("--insecure", "another machine without TLS, in a network that is trusted; else $SPANGATE_INSECURE=1"),
];

type Key = keyof ClientTls;

const flags = { ca: "tlsCa", cert: "tlsCert", key: "tlsKey", servername: "tlsServername" } as const;

/**
 * With paths that mean the same in every folder.
 * @returns `undefined` for a plain connection
 * @throws {UsageError} BadOption, for what cannot be read or does not fit together
 */
export function clientTlsOf(options: TlsOptions, { env, cwd }: Surroundings): ClientTls | undefined {
  const variable = (key: Key) => `SPANGATE_TLS_${key.toUpperCase()}`;
  const told = (key: Key) => options[flags[key]] ?? (env[variable(key)]?.trim() || undefined);
  const tls = { ca: told("ca"), cert: told("cert"), key: told("key"), servername: told("servername") };
  const isMeant = options.tls ?? env["SPANGATE_TLS"] === "1";
  if (!isMeant && Object.values(tls).every((it) => it === undefined)) return undefined;
  const placed = placedIn((path) => resolve(cwd, path), tls);
  // One that is missing is called as the one that needs it was given.
  const isByVariable = (key: Key) =>
    options[flags[key]] === undefined && (tls[key] !== undefined || (options.tlsCert ?? options.tlsKey) === undefined);
  // Told now, by the name that it was given by, and not by every process that cannot attach.
  readClientTls(placed, (key) => (isByVariable(key as Key) ? variable(key as Key) : `--tls-${key}`));
  return placed;
}
