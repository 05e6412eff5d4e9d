// The coordinator's token on this machine: in a file that only its owner can read.
import { randomBytes } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { UsageError } from "../../core/errors.js";
import { readToken } from "../coordinator.js";

export interface OwnToken {
  readonly token: string;
  /** False where the file was there before. */
  readonly isNew: boolean;
}

/**
 * What the file says; a fresh token where there is none, which is then written there.
 * @throws {UsageError} BadOption, when it can be neither read nor written, or others can read it
 */
export async function takeToken(file: string): Promise<OwnToken> {
  const token = randomBytes(24).toString("base64url");
  try {
    // Fails where it exists, so that no file of another's making gets the token.
    await using handle = await open(file, "wx", 0o600);
    await handle.writeFile(`${token}\n`);
    return { token, isNew: true };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw new UsageError("BadOption", `The token cannot be written: ${message}`);
  }
  const { mode } = await stat(file);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new UsageError(
      "BadOption",
      `Others may read or write ${file}. Keep the token to yourself: chmod 600 ${file}`,
    );
  }
  return { token: await readToken(file), isNew: false };
}
