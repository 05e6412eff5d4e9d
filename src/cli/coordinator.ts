// Which coordinator a command means: by its options, or by the variables that agents know too.
import type { Stats } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import { UsageError } from "../core/errors.js";
import { readGiven } from "../given-file.js";
import type { CoordinatorAddress } from "../runner/client.js";
import { isAddress, isOfThisMachine } from "../wire/address.js";
import type { Surroundings } from "./surroundings.js";
import { clientTlsOf, clientTlsOptions, type TlsOptions } from "./tls-options.js";

export interface CoordinatorOptions extends TlsOptions {
  readonly address?: string;
  readonly tokenFile?: string;
}

export const coordinatorOptions: readonly Option[] = [
  new Option("--address <address>", "where the coordinator is: unix:PATH or HOST:PORT; else $SPANGATE_ADDRESS"),
  new Option("--token-file <file>", "a file with its token; else $SPANGATE_TOKEN, or the file $SPANGATE_TOKEN_FILE"),
  ...clientTlsOptions,
];

/** @throws {UsageError} BadOption, when nothing says which one, or its token or certificates cannot be read */
export async function coordinatorOf(options: CoordinatorOptions, around: Surroundings): Promise<CoordinatorAddress> {
  const way = wayOf(options, around);
  return { ...way, token: await tokenOf(options, around) };
}

/**
 * Where it is, and how it is reached.
 * @throws {UsageError} BadOption, when nothing says so, its certificates cannot be read, or its token would be seen
 */
export function wayOf(options: CoordinatorOptions, around: Surroundings): Omit<CoordinatorAddress, "token"> {
  const address = options.address ?? around.env["SPANGATE_ADDRESS"]?.trim();
  if (!address) {
    throw new UsageError(
      "BadOption",
      "Which coordinator? Give --address, or set SPANGATE_ADDRESS. `spangate serve` starts one and tells both.",
    );
  }
  if (!isAddress(address))
    throw new UsageError("BadOption", `"${address}" is no address: give unix:PATH or HOST:PORT.`);
  const tls = clientTlsOf(options, around);
  const insecure = options.insecure ?? around.env["SPANGATE_INSECURE"] === "1";
  if (!tls && !insecure && !isOfThisMachine(address)) {
    throw new UsageError(
      "BadOption",
      `${address} is on another machine, and plain TCP would show its network the token. Give --tls-ca FILE, or --insecure where the network itself is trusted.`,
    );
  }
  return { address, ...(tls && { tls }), ...(insecure && { insecure }) };
}

/** @throws {UsageError} BadOption, when there is none, or it cannot be read */
export async function tokenOf({ tokenFile }: Pick<CoordinatorOptions, "tokenFile">, around: Surroundings) {
  const { env, cwd } = around;
  const told = env["SPANGATE_TOKEN"]?.trim();
  const file = tokenFile ?? (told ? undefined : env["SPANGATE_TOKEN_FILE"]?.trim());
  if (file) return await readToken(resolve(cwd, file));
  if (told) return tokenIn("SPANGATE_TOKEN", told);
  throw new UsageError(
    "BadOption",
    "Which token? Give --token-file, or set SPANGATE_TOKEN. `spangate serve` tells where its token is.",
  );
}

/**
 * @param check throws where what was found must not be read
 * @throws {UsageError} BadOption, when it cannot be read or has none
 */
export async function readToken(file: string, check?: (found: Stats) => void): Promise<string> {
  const text = await readGiven(file, 64, check).catch((error: Error) => {
    throw new UsageError("BadOption", `The token cannot be read from ${file}: ${error.message}.`, { cause: error });
  });
  return tokenIn(file, text.trim());
}

function tokenIn(place: string, token: string): string {
  // It travels as a header, and is never told: it is a secret also where it is none.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    "BadOption",
    token === "" ? `${place} is empty: it must have a token.` : `${place} has no token: one word of ASCII characters.`,
  );
}
