// Which coordinator a command means: by its options, or by the variables that agents know too.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option } from "commander";
import { UsageError } from "../core/errors.js";
import type { CoordinatorAddress } from "../runner/client.js";
import { isAddress } from "../wire/address.js";
import type { Surroundings } from "./surroundings.js";

export interface CoordinatorOptions {
  readonly address?: string;
  readonly tokenFile?: string;
}

export const coordinatorOptions: readonly Option[] = [
  new Option("--address <address>", "where the coordinator is: unix:PATH or HOST:PORT; else $SPANGATE_ADDRESS"),
  new Option("--token-file <file>", "a file with the coordinator's token; else $SPANGATE_TOKEN"),
];

/** @throws {UsageError} BadOption, when nothing says which one, or its token cannot be read */
export async function coordinatorOf(
  { address, tokenFile }: CoordinatorOptions,
  { env, cwd }: Surroundings,
): Promise<CoordinatorAddress> {
  const at = address ?? env["SPANGATE_ADDRESS"]?.trim();
  if (!at) {
    throw new UsageError(
      "BadOption",
      "Which coordinator? Give --address, or set SPANGATE_ADDRESS. `spangate serve` starts one and tells both.",
    );
  }
  if (!isAddress(at)) throw new UsageError("BadOption", `"${at}" is no address: give unix:PATH or HOST:PORT.`);
  const token = tokenFile === undefined ? env["SPANGATE_TOKEN"]?.trim() : await readToken(resolve(cwd, tokenFile));
  if (!token) {
    throw new UsageError(
      "BadOption",
      "Which token? Give --token-file, or set SPANGATE_TOKEN. `spangate serve` tells where its token is.",
    );
  }
  return { address: at, token };
}

/** @throws {UsageError} BadOption, when it cannot be read or is empty */
export async function readToken(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new UsageError("BadOption", `The token cannot be read: ${error.message}`, { cause: error });
  });
  const token = text.trim();
  // It travels as a header.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    "BadOption",
    token === "" ? `${file} is empty: it must have a token.` : `${file} has no token: one word of ASCII characters.`,
  );
}
