// A folder that only its owner can enter, for a coordinator's socket and its token.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnvironmentError } from "./core/errors.js";

/** @throws {EnvironmentError} CoordinatorUnreachable, where there is no place for one */
export async function makeOwnFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), "spangate-"));
  } catch (error) {
    throw new EnvironmentError(
      "CoordinatorUnreachable",
      `The coordinator needs a folder for its socket, and none can be made: ${error instanceof Error ? error.message : error}. Set TMPDIR to a folder that can be written.`,
      { cause: error },
    );
  }
}
