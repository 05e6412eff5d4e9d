// The coordinator's token on this machine: in a file that only its owner can read.
import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import { UsageError } from "../../core/errors.js";
import { readToken } from "../coordinator.js";

export interface OwnToken {
  readonly token: string;
  /** False where the file was there before. */
  readonly isNew: boolean;
}

/**
 * What the file says; a fresh token where there is none, which is then written there.
 * @throws {UsageError} BadOption, when it can be neither read nor written, is another user's, or others can read it
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
  return { token: await readToken(file, (found) => checkOwner(file, found)), isNew: false };
}

// Of what is read then, so that nobody changes it between the two.
function checkOwner(file: string, found: Stats): void {
  if (!found.isFile()) throw new Error("it is no regular file. Give --token-file another place");
  if (process.platform === "win32") return;
  // What the system's own user gives is trusted, as a container's secrets are.
  if (found.uid !== 0 && found.uid !== process.getuid?.())
    throw new Error("it is another user's, who then knows the token. Give --token-file a file of your own");
  if ((found.mode & 0o077) !== 0)
    throw new Error(`others may read or write it. \`chmod 600 ${file}\` keeps the token to yourself`);
}
